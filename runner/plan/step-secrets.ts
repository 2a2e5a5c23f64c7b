import { Secret, textsOf } from "../define/secret.ts";
import type { Step } from "../define/step.ts";

/** The secrets that a step sends to its host. */
export function stepSecrets(step: Step): readonly string[] {
  const env = step.kind === "run" ? Object.values(step.env) : [];
  const content = step.kind === "run" ? step.stdin : step.kind === "write" ? step.content : undefined;
  return [...env, content].flatMap((value) => (value instanceof Secret ? textsOf(value) : []));
}
