import { exitText } from "../document/exit-text.ts";
import type { RunDocument } from "../document/run-document.ts";
import { verdictOf } from "../document/verdict.ts";
import { formatDuration } from "../duration.ts";
import type { Mode } from "../event.ts";
import { type Html, html } from "./html.ts";
import { changedWord, type Shade } from "./words.ts";

/** What the run was, and how it went in one sentence and five numbers. */
export function headPart(document: RunDocument): Html {
  const { run } = document;
  const { tone, text } = verdictOf(document);
  return html`<header>
<p class="kind">${kindText(run)}</p>
<h1>${run.playbook}</h1>
<p class="verdict ${tone}" role="status"><strong>${text}.</strong></p>
<dl class="facts">
${fact("started", html`<time datetime="${run.startedAt}">${run.startedAt.slice(0, 19).replace("T", " ")} UTC</time>`)}
${fact("took", formatDuration(run.durationMs))}
${fact("inventory", run.inventory.join(", "))}
${fact("exit code", exitText(document))}
${fact("run", html`<code>${run.id}</code>`)}
${fact("command", html`<code>ts-play ${run.command.join(" ")}</code>`, "wide")}
</dl>
${run.mode !== "drill" && tiles(document)}
</header>`;
}

const KINDS: Readonly<Record<Mode, string>> = {
  apply: "Run",
  check: "Check: nothing was changed",
  drill: "Drill",
  exec: "Command",
};

const kindText = ({ kind, mode }: RunDocument["run"]): string =>
  kind === "drift" ? "Drift check: nothing was changed" : KINDS[mode];

const fact = (name: string, value: Html | string, width = "usual"): Html =>
  html`<div class="${width}"><dt>${name}</dt><dd>${value}</dd></div>`;

/** Hosts by how they ended; each number leads to its hosts. */
function tiles({ run, totals: { hosts }, hosts: all }: RunDocument): Html {
  const good = run.kind === "drift" || run.mode === "check" ? "in sync" : "nothing to change";
  const numbers: readonly (readonly [number, string, Shade])[] = [
    [all.length, all.length === 1 ? "host" : "hosts", "quiet"],
    [hosts.inSync, good, "good"],
    [hosts.changed, changedWord(run), "changed"],
    [hosts.failed, "failed", "bad"],
    [hosts.unreachable, "unreachable", "bad"],
    [hosts.unknown, "unknown", "unsure"],
    [hosts.skipped, "skipped", "quiet"],
  ];
  const shown = numbers.filter(([value], at) => at < 4 || value > 0);
  return html`<ul class="tiles">${shown.map(
    ([value, word, shade]) => html`<li class="${value > 0 ? shade : "none"}"><strong>${value}</strong> ${word}</li>`,
  )}</ul>`;
}
