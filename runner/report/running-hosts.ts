import { formatDuration } from "./duration.ts";
import type { HostTally } from "./host-tally.ts";
import { oneLine } from "./sanitize.ts";
import type { RunState } from "./state.ts";

/** The hosts that have been busy longest with what they do now. */
export function busiest(state: RunState, limit: number): HostTally[] {
  const busy = [...state.hosts.values()].filter(({ busySince }) => busySince !== undefined);
  return busy.sort((one, other) => (one.busySince ?? 0) - (other.busySince ?? 0)).slice(0, limit);
}

/** `haproxy/packages haproxy (+2) 12.0s`; `now` in ms since the start of the run. */
export function workText({ running, busySince, pause }: HostTally, now: number): string {
  const rest = running.length > 1 ? ` (+${running.length - 1})` : "";
  return `${oneLine(running[0] ?? pause)}${rest} ${formatDuration(now - (busySince ?? now))}`;
}
