import { type Fault, type Group, holds, holdsAddress, httpClient, type Scenario, type Victim, z } from "ts-play";
import { oneHolder, unitRuns } from "./gates.ts";

/** What can be told every drill of the site. */
export const drillArgs = z.object({
  maxGapMs: z.int().min(0).default(5000).describe("the longest time that a client may go without an answer"),
  maxTwoHoldersMs: z.int().min(0).default(3000).describe("how long two hosts may hold the address at once"),
  holdMs: z.int().min(1000).default(8000).describe("it stays broken at least this long"),
  timeoutMs: z.int().min(1000).default(30_000).describe("it is mended after this long, recovered or not"),
  everyMs: z.int().min(5).default(50).describe("the client asks this often"),
});

/** Of drills in which nobody takes the address off the victim, so that two hold it until it is mended. */
export const twoHoldersArgs = drillArgs.extend({
  maxTwoHoldersMs: z
    .int()
    .min(0)
    .optional()
    .describe("how long two hosts may hold the address at once; without it that is told and not judged"),
});

interface Given {
  readonly groups: { readonly loadbalancers: Group; readonly backends: Group };
  readonly vars: { readonly virtual_ip: string; readonly service_port: number };
  readonly args: z.output<typeof twoHoldersArgs>;
}

/** A drill of the web service behind the virtual IP: the same client, the same demands, another thing that breaks. */
export const onVirtualIp = (
  { groups: { loadbalancers, backends }, vars, args }: Given,
  broken: { readonly victim: Victim; readonly faults: readonly Fault[]; readonly mustMove: boolean },
): Scenario => ({
  watch: httpClient({ url: `http://${vars.virtual_ip}:${vars.service_port}/`, everyMs: args.everyMs }),
  held: {
    by: loadbalancers,
    when: holds(holdsAddress(vars.virtual_ip), (yes) => yes, `holds ${vars.virtual_ip}`),
  },
  guards: [
    { on: loadbalancers, gates: [unitRuns("haproxy"), unitRuns("keepalived"), oneHolder(vars.virtual_ip)] },
    { on: backends, gates: [unitRuns("nginx")] },
  ],
  ...broken,
  limits: { maxGapMs: args.maxGapMs, maxTwoHoldersMs: args.maxTwoHoldersMs },
  times: { holdMs: args.holdMs, timeoutMs: args.timeoutMs },
});
