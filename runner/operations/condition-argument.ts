import { z } from "zod";
import { Command } from "../define/command.ts";
import { type Condition, isCondition } from "../define/condition.ts";

const REFS = "a command that only looks cannot hold an output of another host: it is asked before outputs are known";

const isComplete = (given: unknown): boolean => !(given instanceof Command) || given.isComplete;

/** A command that only looks; it is a question, so all of its text must be known. */
export const lookingCommand = z
  .instanceof(Command, { error: "a command is needed: sh`...`" })
  .refine(isComplete, { error: REFS });

/** A condition on an answer of any type. */
type GivenCondition = Omit<Condition, "test"> & { readonly test: (answer: never) => boolean };

/** A condition, or a command that must succeed. */
export const conditionArgument = z
  .custom<GivenCondition | Command>(
    (given) => given instanceof Command || isCondition(given),
    "a condition or a read-only command is needed",
  )
  .refine(isComplete, { error: REFS })
  .transform((given) => given as Condition | Command);
