import type { RunEvent } from "./event.ts";
import { oneLine } from "./sanitize.ts";
import { count } from "./words.ts";

/** `site.ts, 5 hosts, 3 plays (check: nothing is changed), run 20260729-101502-ab12` */
export function runHeading(event: Extract<RunEvent, { type: "run-start" }>): string {
  const hosts = new Set(event.plays.flatMap((play) => play.hosts)).size;
  const check = event.mode === "check" ? " (check: nothing is changed)" : "";
  return `${oneLine(event.playbook)}, ${count(hosts, "host")}, ${count(event.plays.length, "play")}${check}, run ${event.run}`;
}
