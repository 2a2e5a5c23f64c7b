import type { HostDocument, RunDocument } from "../document/run-document.ts";
import { formatDuration } from "../duration.ts";
import { type Html, html, nothing } from "./html.ts";
import { SHADES } from "./words.ts";

const MOST_HOSTS = 40;
const MARKS = 5;

/** When each play ran, and when each host was at work: the hosts that took longest, where there are many. */
export function timelinePart({ plays, hosts, run }: RunDocument): Html {
  const total = Math.max(1, run.durationMs);
  const busy = hosts.filter((host) => host.plays.some(({ endedAtMs, startedAtMs }) => endedAtMs > startedAtMs));
  if (busy.length === 0) return nothing;
  const shown = busy.length > MOST_HOSTS ? longest(busy) : busy;
  const left = busy.length - shown.length;
  return html`<section id="timeline" aria-labelledby="timeline-title">
<h2 id="timeline-title">Timeline</h2>
<div class="timeline" role="table" aria-label="when plays and hosts were at work">
<div class="row axis" role="row"><span role="columnheader">0 to ${formatDuration(total)}</span><span class="track" role="columnheader">${marks(total)}</span></div>
${plays.map((play) => playRow(play, total))}
${shown.map((host) => hostRow(host, plays, total))}
</div>
${left > 0 && html`<p class="quiet">The ${MOST_HOSTS} hosts that took longest; ${left} more were quicker.</p>`}
</section>`;
}

const longest = (hosts: readonly HostDocument[]): readonly HostDocument[] =>
  hosts.toSorted((one, other) => other.durationMs - one.durationMs).slice(0, MOST_HOSTS);

const marks = (total: number): readonly Html[] =>
  Array.from(
    { length: MARKS },
    (_, at) => html`<i style="left:${percent(at / MARKS)}%">${formatDuration((total * at) / MARKS)}</i>`,
  );

function playRow({ title, startedAtMs, endedAtMs }: RunDocument["plays"][number], total: number): Html {
  const text = startedAtMs === undefined ? "did not begin" : duration(startedAtMs, endedAtMs ?? total);
  const bar =
    startedAtMs === undefined ? nothing : barOf(startedAtMs, endedAtMs ?? total, total, "play", `${title}: ${text}`);
  return html`<div class="row" role="row"><span role="rowheader"><b>${title}</b></span><span class="track" role="cell">${bar}<span class="unseen">${text}</span></span></div>`;
}

function hostRow(host: HostDocument, plays: RunDocument["plays"], total: number): Html {
  const titles = new Map(plays.map(({ play, title }) => [play, title]));
  const bars = host.plays
    .filter(({ startedAtMs, endedAtMs }) => endedAtMs > startedAtMs)
    .map(({ play, state, startedAtMs, endedAtMs }) =>
      barOf(
        startedAtMs,
        endedAtMs,
        total,
        SHADES[state],
        `${titles.get(play) ?? ""}: ${state}, ${duration(startedAtMs, endedAtMs)}`,
      ),
    );
  return html`<div class="row" role="row"><span role="rowheader">${host.name}</span><span class="track" role="cell">${bars}<span class="unseen">${formatDuration(host.durationMs)}</span></span></div>`;
}

const barOf = (from: number, to: number, total: number, kind: string, title: string): Html =>
  html`<i class="bar ${kind}" style="left:${percent(from / total)}%;width:${percent((to - from) / total)}%" title="${title}"></i>`;

const duration = (from: number, to: number): string => formatDuration(to - from);

const percent = (part: number): string => (Math.min(1, Math.max(0, part)) * 100).toFixed(2);
