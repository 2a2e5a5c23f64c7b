import { z } from "zod";
import { checkInput } from "../define/check-input.ts";
import type { Drill } from "../define/drill.ts";
import { corrected, nearest } from "../define/nearest.ts";
import { InputError } from "../errors.ts";

/** The pairs of `-a name=value`; a value is JSON where it can be read as such, else text. Throws InputError. */
export function readPairs(given: readonly string[]): ReadonlyMap<string, unknown> {
  return new Map(
    given.map((pair) => {
      const [, name, text] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      if (name === undefined || text === undefined)
        throw new InputError({ code: "DRL002", message: `-a ${pair} has no value`, fix: "write -a name=value" });
      return [name.trim(), jsonOrText(text)];
    }),
  );
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Text that stands for itself.
    return text;
  }
}

/** Throws InputError for names that none of the drills knows: one drill of many may well not know an argument of another. */
export function refuseUnknownArgs(pairs: ReadonlyMap<string, unknown>, drills: readonly Drill[]): void {
  const known = new Set(drills.flatMap(({ args }) => Object.keys(args.shape)));
  const unknown = [...pairs.keys()].filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new InputError(
    unknown.map((name) => ({
      code: "DRL002",
      ...corrected(`-a ${name}: the drill has no such argument`, nearest(name, known), "see --list-args"),
    })),
  );
}

/** The arguments of one drill, checked, with their defaults. Throws InputError. */
export function argsFor(drill: Drill, file: string, pairs: ReadonlyMap<string, unknown>): object {
  const own = [...pairs].filter(([name]) => name in drill.args.shape);
  return checkInput("DRL002", file, drill.args, Object.fromEntries(own));
}

/** `--list-args`: name, default and meaning of each. */
export function argList(drill: Drill): string {
  const rows = Object.entries(drill.args.shape).map(([name, schema]) => {
    const { default: standard, description = "" } = z.toJSONSchema(schema as z.ZodType, {
      io: "input",
      unrepresentable: "any",
    });
    return [name, standard === undefined ? "" : JSON.stringify(standard), description] as const;
  });
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  return rows
    .map(([name, standard, text]) => `  ${name.padEnd(widths[0]!)}  ${standard.padEnd(widths[1]!)}  ${text}`.trimEnd())
    .join("\n");
}
