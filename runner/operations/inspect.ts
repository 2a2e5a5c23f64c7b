import { z } from "zod";
import { defineOperation } from "../define/operation.ts";
import type { Change, Step } from "../define/step.ts";
import { type Task, TaskRefusal } from "../define/task.ts";

const args = z.object({
  task: z
    .custom<Task>((given) => typeof given === "object" && given !== null && "plan" in given, "a task is needed")
    .describe("what should be true"),
});

/** Looks whether a task has still something to do, and never does it: what roles that only verify are made of. */
export const inspect = defineOperation({
  name: "inspect",
  summary: "Fails when a task would change something, and says what; changes nothing itself.",
  example: 'inspect({ task: file({ path: "/etc/motd", content: "Welcome.\\n" }) })',
  args,
  subject: ({ task }) => task.name,
  read: ({ task }) => task.reads,
  plan: ({ args: { task }, current }) => {
    // Its own arguments were filled in with those of this task: what the control machine has is known by now.
    const wanted = task.plan(current, false, task.args);
    if (wanted.length === 0) return [];
    throw new TaskRefusal(
      `${task.name} is not as it should be: ${wanted.flatMap(wordsOf).join(", ")}`,
      "run the role that keeps it, or find out who changed it",
    );
  },
});

const wordsOf = ({ changes }: Step): readonly string[] => changes.map(wordsOfChange);

const wordsOfChange = ({ attribute, from, to, text }: Change): string =>
  text === undefined ? `${attribute} is ${String(from)}, not ${String(to)}` : `${attribute} differs`;
