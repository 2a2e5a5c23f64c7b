import { slowestTasks } from "../document/differences.ts";
import type { RunDocument } from "../document/run-document.ts";
import { formatDuration } from "../duration.ts";
import { type Html, html, nothing } from "./html.ts";
import { hostLinks } from "./words.ts";

const MOST = 10;

/** The tasks that took longest. */
export function slowestPart({ hosts, run }: RunDocument): Html {
  const tasks = slowestTasks(hosts, MOST);
  const longest = tasks[0]?.durationMs;
  if (longest === undefined || run.mode === "check") return nothing;
  const rows = tasks.map(
    ({ host, task, durationMs }) =>
      html`<tr><td class="number">${formatDuration(durationMs)}</td><td class="meter"><i style="width:${((durationMs / longest) * 100).toFixed(1)}%"></i></td><td>${hostLinks([host])}</td><td><code>${task}</code></td></tr>`,
  );
  return html`<section id="slowest" aria-labelledby="slowest-title">
<h2 id="slowest-title">Slowest tasks</h2>
<table class="list"><thead><tr><th scope="col" class="number">time</th><th scope="col"><span class="unseen">share</span></th><th scope="col">host</th><th scope="col">task</th></tr></thead><tbody>${rows}</tbody></table>
</section>`;
}
