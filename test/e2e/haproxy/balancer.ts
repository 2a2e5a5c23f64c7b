import { defineInventory, definePlaybook, play, z } from "ts-play";
import { haproxy } from "../../../roles/haproxy/role.ts";
import { haproxyPreflight } from "../../../roles/haproxy-preflight/role.ts";
import { haproxyVerify } from "../../../roles/haproxy-verify/role.ts";

/** A balancer with whatever variables it is given, or a look at it. */
export default definePlaybook({
  summary: "Any balancer.",
  inventory: defineInventory({
    groups: { loadbalancers: z.object({}) },
    vars: z.object({
      balancer: z.custom<Parameters<typeof haproxy>[0]>(),
      look: z.boolean().default(false),
      least_up: z.int().optional(),
    }),
  }),

  plays: ({ groups: { loadbalancers }, vars: { balancer, look, least_up } }) => {
    const of = haproxy(balancer);
    if (look) return [play({ title: "Look", on: loadbalancers, roles: [haproxyVerify({ of, leastUp: least_up })] })];
    return [
      play({ title: "Nothing is in the way", on: loadbalancers, roles: [haproxyPreflight({ of })] }),
      play({ title: "Balancers", on: loadbalancers, roles: [of] }),
    ];
  },
});
