import { readFile } from "node:fs/promises";
import { InputError } from "../errors.ts";
import type { RetryHosts } from "../inventory/pattern.ts";

/** The lists of hosts that a pattern names: `@retry`, which `retry` gives, and files (`@hosts.txt`). Throws InputError. */
export async function hostLists(pattern: string, retry: () => Promise<readonly string[]>): Promise<RetryHosts> {
  const named = pattern
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part.startsWith("@"));
  const lists = new Map<string, readonly string[]>();
  for (const name of new Set(named)) lists.set(name, name === "@retry" ? await retry() : await linesOf(name.slice(1)));
  return (name) => lists.get(name) ?? [];
}

async function linesOf(file: string): Promise<readonly string[]> {
  try {
    return (await readFile(file, "utf8")).split("\n");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InputError(
      {
        code: "CLI004",
        place: { file },
        message: `the list of hosts cannot be read: ${code}`,
        fix: "correct its path",
      },
      cause,
    );
  }
}
