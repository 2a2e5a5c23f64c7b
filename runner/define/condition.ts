import { InputError } from "../errors.ts";
import { Command } from "./command.ts";
import { defineProbe, type Probe } from "./probe.ts";

/** A statement about a host that a probe can confirm. */
export interface Condition<T = unknown> {
  readonly probe: Probe<T>;
  /** A method, so that a condition on any answer is a `Condition`: it is only ever given what its own probe answers. */
  test(answer: T): boolean;
  readonly title: string;
}

/** `holds(systemdUnit("nginx"), (unit) => unit.running, "nginx runs")`. */
export const holds = <T>(probe: Probe<T>, test: (answer: T) => boolean, title: string): Condition<T> =>
  Object.freeze({ probe, test, title });

/** A read-only command, and whether it ended with exit code 0. On a bare host it does not. */
export const succeeds = defineProbe({
  name: "succeeds",
  summary: "Whether a read-only command ends with exit code 0.",
  command: (text: string) => new Command([{ text }]),
  parse: ({ exitCode }) => exitCode === 0,
  bare: () => false,
});

/** A condition from what authors may write: a condition, or a command that must succeed. */
export function conditionOf(given: Condition | Command): Condition {
  if (!(given instanceof Command)) return given;
  const text = given.toString();
  // What a ref looks like in a plan would be redirections to a shell.
  if (!given.isComplete) {
    throw new InputError({
      code: "PLY014",
      message: `\`${text}\` only looks, so it cannot hold an output of another host`,
      fix: "ask for the output in the command that changes something",
    });
  }
  return holds(succeeds(text), (ok) => ok, text);
}

export const isCondition = (value: unknown): value is Condition =>
  typeof value === "object" && value !== null && "probe" in value && "test" in value;
