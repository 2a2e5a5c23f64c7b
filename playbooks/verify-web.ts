import { definePlaybook, play, refuseInventory } from "ts-play";
import { haproxyVerify } from "../roles/haproxy-verify/role.ts";
import { keepalived } from "../roles/keepalived/role.ts";
import { holderGate } from "../roles/keepalived-verify/holder-gate.ts";
import { keepalivedVerify } from "../roles/keepalived-verify/role.ts";
import { balancer, inventory, objections, virtualIp } from "./web.ts";

/** Looks at what web.ts builds. It changes nothing, and fails with all that is wrong. */
export default definePlaybook({
  summary: "Looks at the load balancers that web.ts builds, and changes nothing.",
  inventory,

  plays: ({ groups: { loadbalancers, backends }, vars }) => {
    refuseInventory(objections({ loadbalancers, backends }, vars));
    return [
      play({ title: "Load balancers", on: loadbalancers, roles: [haproxyVerify({ of: balancer(backends, vars) })] }),
      play({
        title: "Virtual IP",
        on: loadbalancers,
        gates: [holderGate(vars.virtual_ip)],
        roles: [keepalivedVerify({ of: keepalived(virtualIp(loadbalancers, vars)) })],
      }),
    ];
  },
});
