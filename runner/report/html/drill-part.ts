import type { DrillDocument } from "../document/drill-document.ts";
import { formatDuration } from "../duration.ts";
import { type Html, html, nothing } from "./html.ts";
import { badge, type Shade } from "./words.ts";

const MARKS = 5;

/** Each drill: what was broken, what a client met with, who held when, and whether that was good enough. */
export function drillPart(drills: readonly DrillDocument[]): Html {
  if (drills.length === 0) return nothing;
  return html`<section id="drills" aria-labelledby="drills-title">
<h2 id="drills-title">Drills</h2>
${drills.length > 1 && summaryTable(drills)}
${drills.map(drillView)}
</section>`;
}

const VERDICTS: Readonly<Record<DrillDocument["verdict"], Shade>> = {
  passed: "good",
  failed: "bad",
  refused: "bad",
  interrupted: "unsure",
  unknown: "unsure",
};

const verdictBadge = ({ verdict }: DrillDocument): Html => badge(verdict, VERDICTS[verdict]);

const summaryTable = (drills: readonly DrillDocument[]): Html =>
  html`<table class="list"><thead><tr><th scope="col">verdict</th><th scope="col">drill</th><th scope="col">broken</th><th scope="col">longest gap</th><th scope="col">lost</th><th scope="col">taken over</th></tr></thead><tbody>${drills.map(summaryRow)}</tbody></table>`;

const summaryRow = (drill: DrillDocument): Html =>
  html`<tr><td>${verdictBadge(drill)}</td><td>${drill.title}</td><td>${drill.victim ?? "nothing"}</td><td>${drill.longestGapMs} ms</td><td>${drill.lost} of ${drill.sent}</td><td>${takenOver(drill)}</td></tr>`;

const takenOver = ({ newHolder, movedAfterMs }: DrillDocument): string =>
  newHolder === undefined ? "" : `by ${newHolder} after ${movedAfterMs} ms`;

function drillView(drill: DrillDocument): Html {
  const { title, summary, faults, victim, client, held, objections, restored } = drill;
  return html`<article class="drill">
<h3>${title} ${verdictBadge(drill)}</h3>
<p>${summary}</p>
${objections.map((text) => html`<p class="cause bad">${text}</p>`)}
${!restored && html`<p class="cause bad">Not everything that was broken is known to be well again.</p>`}
<dl class="facts">
${fact("broken", `${faults.join(", ")}${victim === undefined ? "" : ` on ${victim}`}`)}
${fact("client", client)}
${fact("members", `are asked who ${held}`)}
${measured(drill)}
</dl>
${chart(drill)}
</article>`;
}

const fact = (name: string, value: string): Html => html`<div class="usual"><dt>${name}</dt><dd>${value}</dd></div>`;

function measured(drill: DrillDocument): readonly Html[] {
  const { limits, losses, longestGapMs, lost, sent, twoHoldersMs, nobodyMs, missing, late } = drill;
  const limited = (name: string) => (limits[name] === undefined ? "" : ` (limit ${limits[name]})`);
  const reasons = losses.map(({ reason, count }) => `${count}: ${reason}`).join("; ");
  const moved = takenOver(drill);
  return [
    fact("longest gap", `${longestGapMs} ms${limited("maxGapMs")}`),
    fact("lost requests", `${lost} of ${sent}${limited("maxLost")}${reasons === "" ? "" : `; ${reasons}`}`),
    ...(missing === undefined
      ? []
      : [fact("writes", `${missing} acknowledged and missing${limited("maxMissing")}, ${late} late`)]),
    ...(moved === "" ? [] : [fact("taken over", moved)]),
    fact("two held at once", `${twoHoldersMs} ms${limited("maxTwoHoldersMs")}`),
    fact("nobody held", `${nobodyMs} ms`),
  ];
}

/** Rows over one axis: what was broken, the client's gaps, who held. */
function chart(drill: DrillDocument): Html {
  const { brokenAtMs, mendedAtMs, startedAtMs, endedAtMs, outages, members } = drill;
  const total = endedAtMs - startedAtMs;
  if (total <= 0 || members.length === 0) return nothing;
  const bar = (from: number, to: number, shade: string, word: string): Html => {
    const text = `${word}, ${formatDuration(to - from)} from ${formatDuration(Math.max(0, from - startedAtMs))} on`;
    return html`<i class="bar ${shade}" style="left:${percent((from - startedAtMs) / total)}%;width:${percent((to - from) / total)}%" title="${text}"><span class="unseen">${text}. </span></i>`;
  };
  const broken = brokenAtMs === undefined ? [] : [bar(brokenAtMs, mendedAtMs ?? endedAtMs, "quiet", "broken")];
  return html`<div class="timeline" role="table" aria-label="${drill.title}: who held, and when the client had no answer">
<div class="row axis" role="row"><span role="columnheader">0 to ${formatDuration(total)}</span><span class="track" role="columnheader">${marks(total)}</span></div>
${row("broken", broken)}
${row(
  "client without an answer",
  outages.map(({ fromMs, toMs }) => bar(fromMs, toMs, "bad", "no answer")),
)}
${members.map(({ host, spans }) =>
  row(
    host,
    spans
      .filter(({ state }) => state !== "does not hold")
      .map(({ fromMs, toMs, state }) => bar(fromMs, toMs, state === "holds" ? "good" : "unsure", state)),
  ),
)}
</div>
<p class="legend"><span><i class="good"></i> holds <i class="unsure"></i> cannot be asked <i class="bad"></i> no answer</span></p>`;
}

const row = (name: string, bars: readonly Html[]): Html =>
  html`<div class="row" role="row"><span role="rowheader">${name}</span><span class="track" role="cell">${bars.length > 0 ? bars : html`<span class="unseen">never</span>`}</span></div>`;

const marks = (total: number): readonly Html[] =>
  Array.from(
    { length: MARKS },
    (_, at) => html`<i style="left:${percent(at / MARKS)}%">${formatDuration((total * at) / MARKS)}</i>`,
  );

const percent = (part: number): string => (Math.min(1, Math.max(0, part)) * 100).toFixed(2);
