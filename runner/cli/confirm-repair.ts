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
    const answer = await lines.question(`Repair ${count(tasks, "task")} on ${hostNames([...hosts])}? Write yes: `);
    return answer.trim().toLowerCase() === "yes";
  } finally {
    lines.close();
  }
}
