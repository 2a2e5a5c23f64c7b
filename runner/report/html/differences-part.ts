import { type Difference, differencesOf } from "../document/differences.ts";
import type { RunDocument } from "../document/run-document.ts";
import { count } from "../words.ts";
import { changeTable, stepList } from "./changes.ts";
import { type Html, html, nothing } from "./html.ts";
import { changedWord, hostLinks } from "./words.ts";

/** More than these are closed at first, so that the page can be read over. */
const MOST_OPEN = 12;

const TITLES: Readonly<Record<string, string>> = {
  changed: "What changed",
  "would change": "What would change",
  drifted: "What differs",
};

/** What changed by role and task; the same change of many hosts stands here once. */
export function differencesPart(document: RunDocument): Html {
  const differences = differencesOf(document);
  if (differences.length === 0) return nothing;
  const roles = byRole(differences);
  const isOpen = differences.length <= MOST_OPEN;
  return html`<section id="changes" aria-labelledby="changes-title">
<h2 id="changes-title">${TITLES[changedWord(document.run)]}</h2>
${[...roles].map(
  ([role, some]) => html`<h3>${role} <small>${count(some.length, "difference")}</small></h3>
${some.map((one) => differenceCard(one, isOpen))}`,
)}
</section>`;
}

function byRole(differences: readonly Difference[]): ReadonlyMap<string, readonly Difference[]> {
  const roles = new Map<string, Difference[]>();
  for (const one of differences) roles.set(one.role, [...(roles.get(one.role) ?? []), one]);
  return roles;
}

const differenceCard = ({ id, role, task, hosts }: Difference, isOpen: boolean): Html =>
  html`<details class="card changed" id="${id}" ${isOpen && "open"}>
<summary><code>${withoutRole(task.task, role)}</code> <span class="quiet">on ${hosts.length === 1 ? hosts[0] : count(hosts.length, "host")}</span></summary>
<p>On ${hostLinks(hosts)}${task.reason !== undefined && html` <span class="quiet">(${task.reason})</span>`}</p>
${changeTable(task.changes)}
${stepList(task.steps)}
</details>`;

const withoutRole = (task: string, role: string): string =>
  task.startsWith(`${role}/`) ? task.slice(role.length + 1) : task;
