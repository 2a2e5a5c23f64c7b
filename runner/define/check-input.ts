import type { z } from "zod";
import { InputError, type Problem } from "../errors.ts";

/** Parses what an author gave; throws InputError that names each wrong property. */
export function checkInput<S extends z.ZodType>(code: string, what: string, schema: S, given: unknown): z.output<S> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new InputError(result.error.issues.map((issue) => problemOf(code, what, issue)));
}

const problemOf = (code: string, what: string, issue: z.core.$ZodIssue): Problem => ({
  code: ownCode(issue) ?? code,
  message: `${what}${issue.path.length ? `: ${issue.path.map(String).join(".")}` : ""}: ${issue.message}`,
});

/** A schema may give its issues a code of their own: `refine(test, { params: { code: "PLY010" } })`. */
const ownCode = (issue: z.core.$ZodIssue): string | undefined =>
  issue.code === "custom" && typeof issue.params?.code === "string" ? issue.params.code : undefined;
