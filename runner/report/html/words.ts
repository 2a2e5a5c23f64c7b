import type { HostDocument, RunDocument } from "../document/run-document.ts";
import type { HostState, TaskState } from "../event.ts";
import { type Html, html } from "./html.ts";

/** What the colour of a state is called in the style sheet. */
export type Shade = "good" | "changed" | "bad" | "unsure" | "quiet";

export const SHADES: Readonly<Record<TaskState | HostState, Shade>> = {
  ok: "good",
  done: "good",
  changed: "changed",
  failed: "bad",
  unreachable: "bad",
  unknown: "unsure",
  skipped: "quiet",
};

/** The state of a host in the words of the page: a host that is done is in sync, or something there has changed. */
export function hostWord({ state, counts }: Pick<HostDocument, "state" | "counts">, run: RunDocument["run"]): string {
  if (state !== "done") return state;
  if (counts.changed === 0) return run.kind === "drift" || run.mode === "check" ? "in sync" : "ok";
  return changedWord(run);
}

export const changedWord = ({ kind, mode }: RunDocument["run"]): string =>
  kind === "drift" ? "drifted" : mode === "check" ? "would change" : "changed";

export const hostShade = ({ state, counts }: Pick<HostDocument, "state" | "counts">): Shade =>
  state === "done" && counts.changed > 0 ? "changed" : SHADES[state];

/** A state as a word in its colour; the word alone says it, too. */
export const badge = (word: string, shade: Shade): Html => html`<span class="badge ${shade}">${word}</span>`;

/** Names of hosts that lead to what happened there. */
export function hostLinks(hosts: readonly string[]): Html {
  const link = (host: string) => html`<a href="#host-${encodeURIComponent(host)}">${host}</a>`;
  const shown = hosts.slice(0, MOST_NAMES).map((host, at) => html`${at > 0 && ", "}${link(host)}`);
  const rest = hosts.slice(MOST_NAMES);
  if (rest.length === 0) return html`<span class="hosts">${shown}</span>`;
  return html`<span class="hosts">${shown}</span> <details class="more"><summary>and ${rest.length} more</summary>${rest.map((host, at) => html`${at > 0 && ", "}${link(host)}`)}</details>`;
}

const MOST_NAMES = 8;
