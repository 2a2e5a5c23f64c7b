import { z } from "ts-play";
import { faultsOf } from "./faults.ts";
import { instance, priority } from "./instance.ts";

const member = z.strictObject({
  name: z.string().describe("the host's name in the inventory"),
  address: z.ipv4().describe("its own address, from which it speaks to the others"),
  priority: priority.describe("of the hosts that are well, the one with the highest holds the addresses"),
});

/** What is wanted of VRRP on a group of hosts: the same for all of them. */
export const vars = z
  .strictObject({
    members: z
      .array(member)
      .min(2, "an address can only float between two hosts or more")
      .readonly()
      .describe("all hosts that may hold the addresses"),
    instances: z.array(instance).min(1).readonly().describe("groups of addresses; each group floats as a whole"),
    watchdogSeconds: z
      .int()
      .min(1)
      .max(3600)
      .optional()
      .describe(
        "a keepalived that has started no check for so long is killed and started again, and systemd takes its addresses off; by default one that is frozen keeps them, beside the host that takes over",
      ),
  })
  .superRefine((given, context) => {
    for (const { path, message } of faultsOf(given)) context.addIssue({ code: "custom", path: [...path], message });
  });

export type Member = z.output<typeof member>;
export interface Vars {
  readonly members: readonly Member[];
  readonly instances: readonly z.output<typeof instance>[];
  readonly watchdogSeconds?: number | undefined;
}
