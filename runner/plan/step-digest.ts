import { createHash } from "node:crypto";
import { contentHash } from "../define/content.ts";
import { Ref } from "../define/ref.ts";
import { Secret, secretHash } from "../define/secret.ts";
import type { RunStep, Step } from "../define/step.ts";

/** A hash over everything that some steps would do; two plans that do the same have the same. Holds no secret. */
export const stepsDigest = (steps: readonly Step[]): string =>
  createHash("sha256")
    .update(JSON.stringify(steps.map(essence)))
    .digest("hex")
    .slice(0, 32);

function essence(step: Step): unknown {
  switch (step.kind) {
    case "run":
      return [
        step.kind,
        step.command.toString(),
        valueHash(step.stdin),
        Object.entries(step.env).map(([name, value]) => [name, valueHash(value)]),
      ];
    case "write":
      return [
        step.kind,
        step.path,
        valueHash(step.content),
        step.mode,
        step.owner,
        step.group,
        step.validate?.toString(),
        step.backup,
      ];
    case "remove":
      return [step.kind, step.path, step.recursive];
    case "wait":
      return [step.kind, step.until.toString()];
    case "reboot":
      return [step.kind];
    case "fetch":
      return [step.kind, step.path, step.to instanceof Ref ? step.to.label : step.to];
    case "forget":
      return [step.kind, step.path];
  }
}

function valueHash(value: RunStep["stdin"]): string | undefined {
  if (value instanceof Ref) return value.label;
  if (value instanceof Secret) return secretHash(value);
  return value === undefined ? undefined : contentHash(value);
}
