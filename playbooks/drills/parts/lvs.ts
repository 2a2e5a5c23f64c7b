import {
  defineGate,
  type Fault,
  type Gate,
  holds,
  holdsAddress,
  httpClient,
  type Scenario,
  type Victim,
  type z,
} from "ts-play";
import { ipvsTable } from "../../../roles/lvs/ipvs-table.ts";
import { virtualService } from "../../../roles/lvs/services.ts";
import { tableDrift } from "../../../roles/lvs/table-drift.ts";
import { balanced, type LvsSite } from "../../lvs.ts";
import { oneHolder, unitRuns } from "./gates.ts";
import type { twoHoldersArgs } from "./virtual-ip.ts";

type Given = LvsSite & { readonly args: z.output<typeof twoHoldersArgs> };

/** Every director has the whole table: each real server, with its weight. */
const tableIsWhole = (site: LvsSite): Gate => {
  const services = balanced(site).services.map((service) => virtualService.parse(service));
  return defineGate({
    name: "table of virtual services",
    probe: ipvsTable(),
    objection: (seen) => {
      const faults = seen.flatMap(({ host, answer }) =>
        tableDrift(services, answer).map((fault) => `${host.name}: ${fault}`),
      );
      return faults.length > 0 ? faults.join("; ") : undefined;
    },
  });
};

/** A drill of the service that the directors balance: the same client, the same demands, another thing that breaks. */
export const onDirectors = (
  given: Given,
  broken: { readonly victim: Victim; readonly faults: readonly Fault[]; readonly mustMove: boolean },
): Scenario => {
  const { groups, vars, args } = given;
  return {
    watch: httpClient({ url: `http://${vars.virtual_ip}:${vars.service_port}/`, everyMs: args.everyMs }),
    held: {
      by: groups.directors,
      when: holds(holdsAddress(vars.virtual_ip), (yes) => yes, `holds ${vars.virtual_ip}`),
    },
    guards: [
      { on: groups.directors, gates: [unitRuns("keepalived"), oneHolder(vars.virtual_ip), tableIsWhole(given)] },
      { on: groups.real_servers, gates: [unitRuns("nginx")] },
    ],
    ...broken,
    limits: { maxGapMs: args.maxGapMs, maxTwoHoldersMs: args.maxTwoHoldersMs },
    times: { holdMs: args.holdMs, timeoutMs: args.timeoutMs },
  };
};
