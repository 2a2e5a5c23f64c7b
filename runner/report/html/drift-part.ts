import type { DriftCheck, DriftDocument } from "../document/drift-document.ts";
import { type DriftRow, driftRows } from "../document/drift-rows.ts";
import { count } from "../words.ts";
import { type Html, html, nothing } from "./html.ts";
import { badge, hostLinks, type Shade } from "./words.ts";

/** What differs and since when, what was fixed, which hosts are unknown, and how that went over the kept checks. */
export function driftPart(drift: DriftDocument): Html {
  return html`<section id="drift" aria-labelledby="drift-title">
<h2 id="drift-title">Drift, and since when</h2>
${drift.saved ? nothing : html`<p class="quiet">This check is not kept in the history: run it with <code>--save</code>.</p>`}
<p class="quiet">new: this check found it first; known: an earlier one did; unknown: the host could not be read, so nothing is said of it.</p>
${rowsTable(drift)}
${drift.notLookedAt > 0 && html`<p class="quiet">${count(drift.notLookedAt, "earlier finding")} not looked at this time.</p>`}
${historyChart(drift.checks)}
</section>`;
}

function rowsTable(drift: DriftDocument): Html {
  const rows = driftRows(drift).map(rowView);
  if (rows.length === 0) return html`<p>Every host is as the playbook says.</p>`;
  return html`<table class="list"><thead><tr><th scope="col">state</th><th scope="col">hosts</th><th scope="col">task</th><th scope="col">since</th><th scope="col">what</th></tr></thead><tbody>${rows}</tbody></table>`;
}

const BADGES: Readonly<Record<DriftRow["state"], Shade>> = {
  unknown: "unsure",
  new: "bad",
  known: "changed",
  fixed: "good",
  "not wanted": "quiet",
};

const rowView = ({ state, hosts, task, since, what, follows }: DriftRow): Html =>
  html`<tr><td>${badge(state, BADGES[state])}</td><td>${hostLinks(hosts)}</td><td>${task === "" ? "the host" : html`<code>${task}</code>`}</td><td><time datetime="${since}">${day(since)}</time></td><td>${what}${follows !== undefined && html` <span class="quiet">(${follows})</span>`}</td></tr>`;

/** One column for each check: its hosts by state, from the bottom. */
function historyChart(checks: readonly DriftCheck[]): Html {
  if (checks.length < 2) return nothing;
  const first = checks[0]?.at ?? "";
  const last = checks.at(-1)?.at ?? "";
  return html`<h3>The last ${checks.length} checks</h3>
<ol class="history" aria-label="hosts by state at each check, oldest first">${checks.map(column)}</ol>
<p class="legend"><span>${day(first)}</span><span><i class="good"></i> in sync <i class="changed"></i> drifted <i class="bad"></i> failed <i class="unsure"></i> unknown</span><span>${day(last)}</span></p>`;
}

function column({ at, inSync, drifted, failed, unknown, findings, opened, closed }: DriftCheck): Html {
  const total = Math.max(1, inSync + drifted + failed + unknown);
  const text = `${day(at)}: ${inSync} in sync, ${drifted} drifted, ${failed} failed, ${unknown} unknown; ${count(findings, "finding")}, ${opened} new, ${closed} fixed`;
  const parts = Object.entries({ unsure: unknown, bad: failed, changed: drifted, good: inSync }).filter(
    ([, hosts]) => hosts > 0,
  );
  return html`<li title="${text}"><span class="unseen">${text}</span>${parts.map(([shade, hosts]) => html`<i class="${shade}" style="height:${((hosts / total) * 100).toFixed(1)}%"></i>`)}</li>`;
}

const day = (iso: string): string => iso.slice(0, 16).replace("T", " ");
