import type { RunDocument } from "../document/run-document.ts";
import { formatDuration } from "../duration.ts";
import { type Html, html, nothing } from "./html.ts";

const MOST = 200;

/** What people should know beside the tasks. */
export function notesPart({ notes }: RunDocument): Html {
  if (notes.length === 0) return nothing;
  const lines = notes
    .slice(0, MOST)
    .map(
      ({ atMs, level, host, message }) =>
        html`<li><span class="quiet">${formatDuration(atMs)}</span> ${level === "warning" && html`<b>warning</b> `}${host !== undefined && `${host}: `}${message}</li>`,
    );
  const left = notes.length - MOST;
  return html`<section id="notes" aria-labelledby="notes-title"><h2 id="notes-title">Notes</h2><ul>${lines}</ul>${left > 0 && html`<p class="quiet">and ${left} more in the journal</p>`}</section>`;
}
