import { z } from "zod";
import { Command } from "../define/command.ts";
import { type Condition, conditionOf, isCondition } from "../define/condition.ts";
import { defineOperation } from "../define/operation.ts";
import type { Probe } from "../define/probe.ts";
import { change, predict, reboot as rebootStep } from "../define/step.ts";

const DEFAULT_TIMEOUT_MS = 600_000;

const args = z.strictObject({
  when: z
    .custom<Condition | Command>(
      (given) => given instanceof Command || isCondition(given),
      "expected holds(...) or a command",
    )
    .optional()
    .describe(
      "restarts the host while this holds: a condition, or a command that succeeds; it must not hold afterwards",
    ),
  reason: z.string().min(1).describe("why the host may have to be restarted; it tells such tasks apart"),
  timeoutMs: z.int().positive().default(DEFAULT_TIMEOUT_MS).describe("how long the host may take to come back, ms"),
});

type Reads = { readonly due?: Probe<unknown> };

/** Restarts the host when a condition asks for it or when something it reacts to has changed, and goes on when it is back. */
export const reboot = defineOperation<typeof args, Reads>({
  name: "reboot",
  summary: "Restarts the host when a condition holds or something it reacts to has changed.",
  args,
  example: 'reboot({ reason: "new kernel", when: sh`test -e /run/reboot-required` })',
  subject: ({ reason }) => reason,
  read: ({ when }) => (when === undefined ? {} : { due: conditionOf(when).probe }),
  plan: ({ args: { when, reason, timeoutMs }, current, triggered }) => {
    const condition = when && conditionOf(when);
    const due = condition?.test(current.due) ?? false;
    if (!due && !triggered) return [];
    return [
      rebootStep({
        timeoutMs,
        changes: [change("restart", "running", due ? (condition?.title ?? reason) : reason)],
        // Nobody knows what the probe will say, only that the condition is met no more.
        effects:
          condition && due
            ? [predict(condition.probe, () => condition.probe.kind.bare(condition.probe.argument as never))]
            : [],
      }),
    ];
  },
});
