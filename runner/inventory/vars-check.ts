import type { z } from "zod";
import { corrected, nearest } from "../define/nearest.ts";
import type { Place, Problem } from "../errors.ts";
import { settingOf } from "./connection-settings.ts";
import type { ContractFindings } from "./contract-findings.ts";
import { scalarsOf } from "./data-node.ts";
import type { ResolvedVar, Vars } from "./inventory.ts";
import { isOctal, issueProblem, octalProblem } from "./issue-problem.ts";
import { soundsSecret } from "./secret-names.ts";
import { isSecretSchema } from "./secret-schema.ts";

/** Variables, the schema they must fit, and whose they are. */
export interface VarsCheck {
  readonly vars: Vars;
  readonly schema: z.ZodObject;
  /** Names that any part of the contract asks for: those are never misspelt. */
  readonly wanted: ReadonlySet<string>;
  readonly subject: { readonly host?: string; readonly place: Place; readonly whereToSet: string };
  readonly findings: ContractFindings;
}

/** The schema's output for these variables; what does not fit goes to `findings`, and then the output means nothing. */
export function checkVars(check: VarsCheck): Record<string, unknown> {
  const { schema, subject, findings } = check;
  const picked = pick(check);
  const result = schema.safeParse(Object.fromEntries([...picked].map(([key, found]) => [key, found.value])));
  for (const problem of [...octals(picked, schema), ...misspelt(check)]) findings.add(problem, subject.host);
  for (const issue of result.error?.issues ?? []) {
    const found = picked.get(String(issue.path[0]));
    const problem = found ? issueProblem(issue, found, schema) : absentProblem(issue, check);
    if (problem) findings.add(problem, subject.host);
  }
  return result.data ?? {};
}

/** Only what the schema asks for: other variables are nobody's business. */
function pick({ schema, vars }: VarsCheck): ReadonlyMap<string, ResolvedVar> {
  const picked = new Map<string, ResolvedVar>();
  for (const [key, inner] of Object.entries(schema.shape)) {
    const found = vars.get(key);
    if (found)
      picked.set(key, isUntyped(found) ? { ...found, value: typed(String(found.value), inner as z.ZodType) } : found);
  }
  return picked;
}

/** `-e key=value` cannot say whether 5 is a text or a number: the schema decides. */
const isUntyped = ({ node, origin }: ResolvedVar): boolean =>
  origin.place.file === "-e" && node.kind === "scalar" && node.plain && typeof node.value === "string";

function typed(text: string, schema: z.ZodType): unknown {
  if (schema.safeParse(text).success || !/^(true|false|-?\d+(\.\d+)?)$/.test(text)) return text;
  return JSON.parse(/^-?0\d/.test(text) ? JSON.stringify(text) : text);
}

function* octals(picked: ReadonlyMap<string, ResolvedVar>, schema: z.ZodObject): Generator<Problem> {
  for (const [key, { node }] of picked) {
    const secret = soundsSecret(key) || isSecretSchema(schema, [key]);
    for (const scalar of scalarsOf(node)) if (isOctal(scalar)) yield octalProblem(key, scalar, secret);
  }
}

/** A wanted variable that the file lacks, and the same name misspelt that nobody wants. */
function* misspelt({ schema, vars, wanted }: VarsCheck): Generator<Problem> {
  for (const [key, inner] of Object.entries(schema.shape)) {
    if (vars.has(key)) continue;
    // What is optional may well be absent on purpose, so only the nearest spellings count.
    const optional = (inner as z.ZodType).safeParse(undefined).success;
    const similar = nearest(key, unwanted(vars, wanted), optional ? 1 : undefined);
    if (similar) yield misspeltProblem(similar, key, vars.get(similar)!);
  }
}

const unwanted = (vars: Vars, wanted: ReadonlySet<string>): string[] =>
  [...vars.keys()].filter((name) => !wanted.has(name) && !settingOf.has(name));

const misspeltProblem = (similar: string, key: string, { keyPlace }: ResolvedVar): Problem => ({
  code: "INV020",
  place: keyPlace,
  ...corrected(`unknown variable "${similar}", and "${key}" is missing`, key, ""),
});

function absentProblem(issue: z.core.$ZodIssue, check: VarsCheck): Problem | undefined {
  const { schema, subject, vars, wanted } = check;
  const key = String(issue.path[0] ?? "");
  if (key === "") return { code: "VAR010", place: subject.place, message: issue.message, fix: "make the values agree" };
  if (nearest(key, unwanted(vars, wanted))) return undefined;
  const description = (schema.shape[key] as z.ZodType | undefined)?.description;
  const message = `the variable "${key}"${description ? `, ${description},` : ""} is missing`;
  return { code: "VAR005", place: subject.place, message, fix: `set it ${subject.whereToSet}` };
}
