import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { InputError } from "../errors.ts";
import { hostNames } from "../report/host-names.ts";
import { count } from "../report/words.ts";
import type { DriftFlags } from "./drift-command.ts";

/** Throws InputError, before a host is contacted, when nobody could say yes to a repair. */
export function requireConfirmation({ repair, yes, output }: DriftFlags): void {
  if (!repair && yes) throw new InputError({ code: "CLI006", message: "--yes is for --repair", fix: "leave it out" });
  if (!repair || yes || (process.stdin.isTTY && output !== "json")) return;
  throw new InputError({
    code: "CLI009",
    message: "--repair asks before it changes anything, but there is nobody at a terminal",
    fix: "add --yes",
  });
}

/** Says how much would be repaired, and asks; anything but `yes` is no. */
export async function askToRepair(tasks: number, hosts: ReadonlySet<string>, { yes }: DriftFlags): Promise<boolean> {
  if (yes) return true;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C and Ctrl-D close the input: then no answer ever comes, or the question fails, as Node's version has it.
    const closed = once(lines, "close").then(() => "no");
    const question = `Repair ${count(tasks, "task")} on ${hostNames([...hosts])}? Write yes: `;
    const answer = await Promise.race([lines.question(question).catch(noWhenAborted), closed]);
    return answer.trim().toLowerCase() === "yes";
  } finally {
    lines.close();
  }
}

function noWhenAborted(error: unknown): string {
  if (error instanceof Error && error.name === "AbortError") return "no";
  throw error;
}
