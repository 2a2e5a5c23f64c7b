import { type Difference, differenceKey, whatChanged } from "../document/differences.ts";
import type { HostDocument, RunDocument, TaskDocument } from "../document/run-document.ts";
import { formatDuration } from "../duration.ts";
import { count } from "../words.ts";
import { type Html, html, nothing } from "./html.ts";
import { badge, changedWord, hostShade, hostWord, SHADES } from "./words.ts";

/** Every host with all its tasks, closed at first; tasks that were right are only named. */
export function hostsPart({ hosts, run, plays }: RunDocument, differences: readonly Difference[]): Html {
  const ids = new Map(differences.map(({ id, task }) => [differenceKey(task), id]));
  const titles = new Map(plays.map(({ play, title }) => [play, title]));
  return html`<section id="hosts" aria-labelledby="hosts-title">
<h2 id="hosts-title">Every host</h2>
<p class="search"><label>Find a host or task: <input type="search" id="search" autocomplete="off" spellcheck="false"></label> <output id="found"></output></p>
<div id="host-list">${hosts.map((host) => hostEntry(host, run, ids, titles))}</div>
</section>`;
}

type Titles = ReadonlyMap<number, string>;

function hostEntry(
  host: HostDocument,
  run: RunDocument["run"],
  ids: ReadonlyMap<string, string>,
  titles: Titles,
): Html {
  const told = host.tasks.filter(({ state }) => state !== "ok" && state !== "skipped");
  const failure = told.some((task) => task.failure !== undefined) ? undefined : hostFailure(host);
  return html`<details class="host" id="host-${encodeURIComponent(host.name)}">
<summary>${badge(hostWord(host, run), hostShade(host))} <b>${host.name}</b> <span class="quiet">${countsText(host, run)}, ${formatDuration(host.durationMs)}</span></summary>
${failure !== undefined && html`<p class="cause">${failure}</p>`}
${told.length > 0 && taskTable(told, run, ids, titles)}
${namesOf(host, "ok", titles)}
${namesOf(host, "skipped", titles)}
</details>
`;
}

const hostFailure = ({ plays }: HostDocument): string | undefined =>
  plays.find(({ failure }) => failure !== undefined)?.failure?.message;

function countsText({ counts }: HostDocument, run: RunDocument["run"]): string {
  const parts = Object.entries(counts).filter(([, value]) => value > 0);
  if (parts.length === 0) return "no task";
  return parts.map(([state, value]) => `${value} ${state === "changed" ? changedWord(run) : state}`).join(", ");
}

function taskTable(
  tasks: readonly TaskDocument[],
  run: RunDocument["run"],
  ids: ReadonlyMap<string, string>,
  titles: Titles,
): Html {
  const rows = tasks.map((task) => {
    const word = task.state === "changed" ? changedWord(run) : task.state;
    return html`<tr><td>${badge(word, SHADES[task.state])}</td><td><code>${task.task}</code><br><span class="quiet">${titles.get(task.play)}</span></td><td>${detail(task, ids)}</td><td class="number">${task.durationMs > 0 && formatDuration(task.durationMs)}</td></tr>`;
  });
  return html`<table class="list"><thead><tr><th scope="col">state</th><th scope="col">task</th><th scope="col">what</th><th scope="col" class="number">time</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** In short; the whole of it stands once in the page, for all hosts. */
function detail(task: TaskDocument, ids: ReadonlyMap<string, string>): Html {
  const { failure, state, tries } = task;
  const again = tries > 1 ? ` (${tries} tries)` : "";
  if (failure !== undefined) return html`${failure.message}${again}`;
  const id = state === "changed" ? ids.get(differenceKey(task)) : undefined;
  const what = whatChanged(task);
  return html`${what}${again}${id !== undefined && html` <a href="#${id}">details</a>`}`;
}

/** Names only, by play: thousands of tasks that were right must not make the page heavy. */
function namesOf({ tasks }: HostDocument, state: "ok" | "skipped", titles: Titles): Html {
  const some = tasks.filter((task) => task.state === state);
  if (some.length === 0) return nothing;
  const plays = [...new Set(some.map(({ play }) => play))];
  const lists = plays.map((play) => {
    const names = some
      .filter((task) => task.play === play)
      .map(({ task, reason }) => (reason ? `${task} (${reason})` : task));
    return html`<p class="names"><b>${titles.get(play) ?? ""}</b>: ${names.join(" · ")}</p>`;
  });
  return html`<details class="rest"><summary>${count(some.length, "task")} ${state}</summary>${lists}</details>`;
}
