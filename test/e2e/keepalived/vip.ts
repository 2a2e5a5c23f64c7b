import { defineInventory, definePlaybook, Group, play, z } from "ts-play";
import { keepalived } from "../../../roles/keepalived/role.ts";
import { holderGate } from "../../../roles/keepalived-verify/holder-gate.ts";
import { keepalivedVerify } from "../../../roles/keepalived-verify/role.ts";
import { web } from "../../../roles/web/role.ts";

/** A web server on each host and an address before them; `more` are further settings of the instance. */
export default definePlaybook({
  summary: "One floating address.",
  inventory: defineInventory({
    groups: { balancers: z.object({}) },
    vars: z.object({
      virtual_ip: z.ipv4(),
      look: z.boolean().default(false),
      more: z.record(z.string(), z.unknown()).default({}),
      watchdogSeconds: z.int().optional(),
    }),
  }),

  plays: ({ groups: { balancers }, vars: { virtual_ip, look, more, watchdogSeconds } }) => {
    const members = balancers.map(({ name, address }) => ({
      name,
      address,
      priority: 200 - 10 * Number(name.slice(-1)),
    }));
    const check = { kind: "http" as const, port: 80 };
    const vip = keepalived({ members, instances: [{ addresses: [virtual_ip], check, ...more }], watchdogSeconds });
    if (look)
      return [
        play({
          title: "Look",
          on: balancers,
          gates: [holderGate(virtual_ip)],
          roles: [keepalivedVerify({ of: vip })],
        }),
      ];
    return [
      play({ title: "Web", on: balancers, roles: [web({ port: 80 })] }),
      play({
        title: "Address",
        on: new Group("balancers", balancers.hosts.toReversed()),
        batch: 1,
        roles: [vip],
      }),
    ];
  },
});
