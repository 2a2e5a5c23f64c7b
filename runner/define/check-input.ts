import type { z } from "zod";
import { InputError, type Problem } from "../errors.ts";

/** Parses what an author gave; throws InputError that names each wrong property. */
export function checkInput<S extends z.ZodType>(code: string, what: string, schema: S, given: unknown): z.output<S> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new InputError(result.error.issues.map((issue) => problemOf(code, what, issue)));
}

const problemOf = (code: string, what: string, issue: z.core.$ZodIssue): Problem => ({
  code,
  message: `${what}${issue.path.length ? `: ${issue.path.map(String).join(".")}` : ""}: ${issue.message}`,
});
