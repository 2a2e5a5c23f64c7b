import type { TaskDocument } from "../document/run-document.ts";
import { type Html, html, nothing } from "./html.ts";

type Change = TaskDocument["changes"][number];

/** The attributes that changed as a table, and the diffs of texts below. */
export function changeTable(changes: readonly Change[]): Html {
  if (changes.length === 0) return nothing;
  const rows = changes.map(
    ({ attribute, from, to }) =>
      html`<tr><th scope="row">${attribute}</th><td class="from">${from}</td><td class="arrow" aria-hidden="true">→</td><td class="to">${to}</td></tr>`,
  );
  return html`<table class="changes"><thead class="unseen"><tr><th scope="col">attribute</th><th scope="col">was</th><td></td><th scope="col">wanted</th></tr></thead><tbody>${rows}</tbody></table>
${changes.map(({ attribute, diff }) => (diff === undefined || diff === "" ? nothing : diffView(attribute, diff)))}`;
}

/** Lines that come and go; `+` and `-` say it without colours. */
function diffView(attribute: string, diff: string): Html {
  const lines = diff.split("\n").map(
    (line) => html`<span class="${lineClass(line)}">${line}
</span>`,
  );
  return html`<pre class="diff" tabindex="0" aria-label="difference of ${attribute}">${lines}</pre>`;
}

function lineClass(line: string): string {
  if (line.startsWith("+++") || line.startsWith("---")) return "file";
  if (line.startsWith("@@")) return "place";
  if (line.startsWith("+")) return "added";
  return line.startsWith("-") ? "removed" : "same";
}

/** The steps that were, or would be, taken. */
export const stepList = (steps: readonly string[]): Html =>
  steps.length === 0
    ? nothing
    : html`<details class="steps"><summary>${steps.length === 1 ? "1 step" : `${steps.length} steps`}</summary><ol>${steps.map((step) => html`<li><code>${step}</code></li>`)}</ol></details>`;
