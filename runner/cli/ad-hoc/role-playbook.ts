import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../errors.ts";
import type { RunPlan } from "../../plan/run-plan.ts";

const FOLDERS = [".", "playbooks"];

/** The playbook that a role's variables are taken from: the named one, or the only `site.ts`. Throws InputError that names the choices. */
export async function playbookOfRole(role: string, named: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const sites = FOLDERS.map((folder) => join(folder, "site.ts")).filter(existsSync);
  if (sites.length === 1) return sites[0]!;
  const choices = sites.length > 1 ? sites : await playbooksHere();
  const found = sites.length > 1 ? "there is more than one site.ts" : "there is no site.ts here";
  throw new InputError({
    code: "CLI003",
    message: `it is not clear which playbook uses the role ${role}: ${found}${choices.length > 0 ? `, only ${choices.join(", ")}` : ""}`,
    fix: `name it: ts-play role ${role} --playbook ${choices[0] ?? "<file>"}`,
  });
}

/** TypeScript files where playbooks usually are; none is loaded to find out. */
async function playbooksHere(): Promise<readonly string[]> {
  const names = await Promise.all(
    FOLDERS.map(async (folder) => (await readdir(folder).catch(() => [])).map((name) => join(folder, name))),
  );
  return names
    .flat()
    .filter((name) => /\.[mc]?ts$/.test(name) && !/\.(?:d|test|config)\.[mc]?ts$/.test(name))
    .sort();
}

/** Throws InputError when a role is used under several names, and those that are given do not name all of them. */
export function requireOneCall({ plays }: RunPlan, given: readonly string[]): void {
  const calls = plays.flatMap((play) => [...play.calls.values()].flat());
  for (const wanted of given) {
    const meant = calls.filter(({ role, name }) => role === wanted || name === wanted).map(({ name }) => name);
    const names = [...new Set(meant)];
    if (names.length < 2 || names.every((name) => given.includes(name))) continue;
    throw new InputError({
      code: "CLI004",
      message: `the role ${wanted} is used under several names: ${names.join(", ")}`,
      fix: `name one of them, or all: ts-play role ${names.join(",")}`,
    });
  }
}
