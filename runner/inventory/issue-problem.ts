import type { z } from "zod";
import { Secret } from "../define/secret.ts";
import type { Problem } from "../errors.ts";
import { type DataNode, nodeAt, type ScalarNode } from "./data-node.ts";
import type { ResolvedVar } from "./inventory.ts";
import { shown, soundsSecret } from "./secret-names.ts";
import { isSecretSchema } from "./secret-schema.ts";

/** What zod found wrong with a variable, as a problem at the position where the wrong part is written. */
export function issueProblem(
  issue: z.core.$ZodIssue,
  { node: root }: ResolvedVar,
  schema: z.ZodObject,
): Problem | undefined {
  const path = issue.path.map(String);
  const node = nodeAt(root, path.slice(1));
  const secret = path.some(soundsSecret) || isSecretSchema(schema, path);
  const name = path.join(".");
  if (isOctal(node)) return undefined;
  if (node.kind === "scalar" && node.value instanceof Secret && issue.code !== "custom") return fromVault(name, node);
  return (
    wordProblem(name, issue, node, secret) ?? {
      code: "VAR010",
      place: placeOf(issue, node),
      ...words(name, issue, node, secret),
    }
  );
}

const fromVault = (name: string, { place }: ScalarNode): Problem => ({
  code: "VLT006",
  place,
  message: `"${name}" comes from a vault, and the playbook takes it as a plain value that may be shown`,
  fix: "take it as secretText() in the contract, or keep it in a plain file",
});

/** A number with a leading zero: 644 to YAML 1.2, 420 to Ansible, and neither is what was meant (VAR001). */
export const octalProblem = (key: string, { place, value, written }: ScalarNode, secret: boolean): Problem => ({
  code: "VAR001",
  place,
  message: secret
    ? `"${key}": a number with a leading zero loses it`
    : `"${key}": ${written} would be read as the number ${value}`,
  fix: secret ? "write it in quotes" : `write "${written}" in quotes`,
});

/** Whether a value is a number that was written with a leading zero. */
export const isOctal = (node: DataNode): boolean =>
  node.kind === "scalar" && typeof node.value === "number" && /^[-+]?0\d+$/.test(node.written);

/** The mix-ups that YAML invites: a word for a boolean, a number for a text. */
function wordProblem(name: string, issue: z.core.$ZodIssue, node: DataNode, secret: boolean): Problem | undefined {
  if (node.kind !== "scalar" || issue.code !== "invalid_type") return undefined;
  const { place, value, written } = node;
  if (issue.expected === "boolean") {
    const meant = /^(yes|on|true|1)$/i.test(String(value))
      ? "true"
      : /^(no|off|false|0)$/i.test(String(value))
        ? "false"
        : "true or false";
    return {
      code: "VAR002",
      place,
      message: `"${name}": expected true or false (got ${shown(value, secret)})`,
      fix: `write ${meant}`,
    };
  }
  if (issue.expected !== "string" || typeof value !== "number") return undefined;
  const fix = secret ? "write it in quotes" : `write "${written}" in quotes`;
  const got = secret ? "a number" : `${written}, which is the number ${value}`;
  return {
    code: written.includes(".") ? "VAR003" : "VAR010",
    place,
    message: `"${name}": expected a text, got ${got}`,
    fix,
  };
}

function words(
  name: string,
  issue: z.core.$ZodIssue,
  node: DataNode,
  secret: boolean,
): { message: string; fix: string } {
  // What is wrong with a key is said one level below, and the value may be right.
  if (issue.code === "invalid_key" && issue.issues[0] !== undefined)
    return { message: `"${name}": ${issue.issues[0].message}`, fix: "correct the name" };
  // zod may quote the value in other messages.
  const told =
    secret && issue.code !== "invalid_type" ? "the value does not fit" : issue.message.replace(/^Invalid input: /, "");
  const got = node.kind === "scalar" ? ` (got ${shown(node.value, secret)})` : "";
  return { message: `"${name}": ${told}${got}`, fix: "correct the value" };
}

function placeOf(issue: z.core.$ZodIssue, node: DataNode) {
  const key = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  return (key !== undefined && node.kind === "map" ? node.entries.get(key)?.place : undefined) ?? node.place;
}
