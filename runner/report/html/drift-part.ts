import type { DriftCheck, DriftDocument } from "../document/drift-document.ts";
import { count } from "../words.ts";
import { type Html, html, nothing } from "./html.ts";
import { badge, hostLinks } from "./words.ts";

/** What differs and since when, what was fixed, which hosts are unknown, and how that went over the kept checks. */
export function driftPart(drift: DriftDocument): Html {
  return html`<section id="drift" aria-labelledby="drift-title">
<h2 id="drift-title">Drift, and since when</h2>
${drift.saved ? nothing : html`<p class="quiet">This check is not kept in the history: run it with <code>--save</code>.</p>`}
${rowsTable(drift)}
${drift.notLookedAt > 0 && html`<p class="quiet">${count(drift.notLookedAt, "earlier finding")} not looked at this time.</p>`}
${historyChart(drift.checks)}
</section>`;
}

function rowsTable({ findings, closed, unread }: DriftDocument): Html {
  const rows = [
    ...unread.map(({ host, since, cause }) => row(badge("unknown", "unsure"), host, "the host", since, html`${cause}`)),
    ...findings.map(({ host, task, status, since, what, follows }) =>
      row(
        status === "new" ? badge("new", "bad") : badge("known", "changed"),
        host,
        task,
        since,
        html`${what}${follows !== undefined && html` <span class="quiet">(${follows})</span>`}`,
      ),
    ),
    ...closed.map(({ host, task, since, how }) => row(badge(how, "good"), host, task, since, html``)),
  ];
  if (rows.length === 0) return html`<p>Every host is as the playbook says.</p>`;
  return html`<table class="list"><thead><tr><th scope="col">state</th><th scope="col">host</th><th scope="col">task</th><th scope="col">since</th><th scope="col">what</th></tr></thead><tbody>${rows}</tbody></table>`;
}

const row = (state: Html, host: string, task: string, since: string, what: Html): Html =>
  html`<tr><td>${state}</td><td>${hostLinks([host])}</td><td><code>${task}</code></td><td><time datetime="${since}">${day(since)}</time></td><td>${what}</td></tr>`;

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
