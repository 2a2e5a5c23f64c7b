import { defineOperation, type Probe, TaskRefusal, z } from "ts-play";

/** Looks at something, and fails with each fault that it finds; changes nothing. */
export const finding = defineOperation({
  name: "finding",
  summary: "Looks at something, and fails with each fault that it finds; changes nothing.",
  args: z.strictObject({
    about: z.string().min(1).describe("names the task"),
    probe: z.custom<Probe<unknown>>().describe("what is looked at"),
    faults: z.custom<(answer: never) => readonly string[]>().describe("what is wrong, from the probe's answer"),
    fix: z.string().describe("what the reader can do about it"),
  }),
  example: 'finding({ about: "uptime", probe: bootId(), faults: () => [], fix: "wait" })',
  subject: ({ about }) => about,
  read: ({ probe }) => ({ answer: probe }),
  plan: ({ args: { faults, fix }, current: { answer } }) => {
    const found = faults(answer as never);
    if (found.length > 0) throw new TaskRefusal(found.join("; "), fix);
    return [];
  },
});
