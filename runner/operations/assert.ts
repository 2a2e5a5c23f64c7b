import { z } from "zod";
import { conditionOf } from "../define/condition.ts";
import { defineOperation } from "../define/operation.ts";
import type { Probes } from "../define/probe.ts";
import { TaskRefusal } from "../define/task.ts";
import { conditionArgument } from "./condition-argument.ts";

/** Stops the host here, before anything later is changed, when something does not hold. Changes nothing itself. */
export const assert = defineOperation({
  name: "assert",
  summary: "Stops before anything later is changed when something does not hold; changes nothing itself.",
  example: `assert({
  that: sh\`test "$(nproc)" -ge 2\`,
  message: "a control plane needs 2 CPUs",
  fix: "give the host more CPUs",
})`,
  args: z.object({
    that: z
      .union(
        [z.boolean(), conditionArgument],
        "true or false, a condition or a read-only command (without outputs of other hosts) is needed",
      )
      .describe("what must hold: a value, `holds(probe, ...)`, or a read-only command that must succeed"),
    message: z.string().min(1).describe("what is wrong when it does not hold; names the task, too"),
    fix: z.string().optional().describe("what the reader can do about it"),
  }),
  subject: ({ message }) => message,
  read: ({ that }): Probes => (typeof that === "boolean" ? {} : { answer: conditionOf(that).probe }),
  plan: ({ args: { that, message, fix }, current: { answer } }) => {
    if (typeof that === "boolean" ? that : conditionOf(that).test(answer)) return [];
    throw new TaskRefusal(message, fix);
  },
});
