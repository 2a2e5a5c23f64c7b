import type { HostDocument, RunDocument } from "../document/run-document.ts";
import { count } from "../words.ts";
import { type Html, html, nothing } from "./html.ts";
import { hostShade, hostWord, type Shade } from "./words.ts";

const ORDER: readonly Shade[] = ["bad", "unsure", "changed", "quiet", "good"];
/** A fleet of this size is shown whole; of a larger one, hosts with nothing to tell are folded away. */
const MOST_SHOWN = 60;

/** Every host as a tile, the worst first. */
export function fleetPart({ hosts, run }: RunDocument): Html {
  const sorted = hosts.toSorted((one, other) => ORDER.indexOf(hostShade(one)) - ORDER.indexOf(hostShade(other)));
  const plain = hosts.length > MOST_SHOWN ? sorted.filter((host) => hostShade(host) === "good") : [];
  const shown = sorted.filter((host) => !plain.includes(host));
  return html`<section id="fleet" aria-labelledby="fleet-title">
<h2 id="fleet-title">The fleet</h2>
${shown.length > 0 && tileList(shown, run)}
${plain.length > 0 ? html`<details><summary>${count(plain.length, "host")} with nothing to change</summary>${tileList(plain, run)}</details>` : nothing}
</section>`;
}

const tileList = (hosts: readonly HostDocument[], run: RunDocument["run"]): Html =>
  html`<ul class="fleet">${hosts.map((host) => tile(host, run))}</ul>`;

const tile = (host: HostDocument, run: RunDocument["run"]): Html =>
  html`<li><a class="${hostShade(host)}" href="#host-${encodeURIComponent(host.name)}"><b>${host.name}</b> <span>${hostWord(host, run)}${host.counts.changed > 0 && ` (${host.counts.changed})`}</span></a></li>`;
