import { quote } from "../../define/quote.ts";
import { type Problem, problemsOf } from "../document/problems.ts";
import type { RunDocument } from "../document/run-document.ts";
import { oneLine } from "../sanitize.ts";
import { type Html, html, nothing } from "./html.ts";
import { badge, hostLinks, SHADES } from "./words.ts";

/** More of them are closed at first: whoever reads these has enough to do. */
const MOST_OPEN = 10;

/** What went wrong, first of all: cause, what the host said, what to do, and the command that does it again. */
export function problemsPart(document: RunDocument): Html {
  const problems = problemsOf(document);
  const rest = problems.slice(MOST_OPEN);
  if (problems.length === 0) return nothing;
  return html`<section id="problems" aria-labelledby="problems-title">
<h2 id="problems-title">What went wrong</h2>
${problems.slice(0, MOST_OPEN).map((problem) => problemCard(problem, document.run))}
${rest.length > 0 && html`<details><summary>and ${rest.length} more</summary>${rest.map((problem) => problemCard(problem, document.run))}</details>`}
</section>`;
}

function problemCard({ state, task, role, failure, hosts }: Problem, run: RunDocument["run"]): Html {
  const { message, fix, command, exitCode, output, stack } = failure;
  return html`<article class="card ${SHADES[state]}">
<h3>${badge(state, SHADES[state])} ${task !== undefined && html`<code>${task}</code> on `}${hostLinks(hosts)}</h3>
<p class="cause">${message}</p>
${command !== undefined && html`<p>Command: <code>${command}</code>${exitCode !== undefined && html`, exit code ${exitCode}`}</p>`}
${output !== undefined && output.trim() !== "" && html`<pre class="output" tabindex="0" aria-label="what it printed">${output.trimEnd()}</pre>`}
${stack !== undefined && html`<details><summary>stack, for a report of the bug</summary><pre tabindex="0">${stack}</pre></details>`}
${fix !== undefined && html`<p class="fix"><strong>Fix:</strong> ${fix}</p>`}
<p class="again">Then again: <code>${againCommand(run, role, hosts)}</code></p>
</article>`;
}

/** The shortest command that looks at these hosts again. */
function againCommand(run: RunDocument["run"], role: string | undefined, hosts: readonly string[]): string {
  const limit = hosts.length > 20 ? "@retry" : hosts.join(",");
  const words = [
    "ts-play",
    ...(run.kind === "drift" ? ["drift"] : []),
    run.playbook,
    ...run.inventory.flatMap((file) => ["-i", file]),
    ...(run.mode === "check" && run.kind === "run" ? ["--check"] : []),
    ...(role === undefined ? [] : ["--role", role]),
    "--limit",
    limit,
  ];
  return words.map((word) => quote(oneLine(word))).join(" ");
}
