import { type Command, flagsOf } from "../command-parser.ts";
import { type Flag, takesValue } from "../flag.ts";

/** What has been typed so far, and what the word under the cursor can be. */
export interface Typed {
  readonly command: Command;
  /** Values of flags, by the flags' long names. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
  /** The flag whose value is being typed. */
  readonly pending: Flag | undefined;
  /** After `--` there are no flags. */
  readonly flagsEnded: boolean;
}

/** The names of a flag: `-l` and `--limit`. */
export const namesOf = ({ spelling }: Flag): readonly string[] => spelling.match(/--?[a-zA-Z][\w-]*/g) ?? [];

/** Reads the words before the cursor as the parser would, but understands also what is not finished. */
export function readTyped(root: Command, words: readonly string[]): Typed {
  const given = new Map<string, string[]>();
  const operands: string[] = [];
  let command = root;
  let pending: Flag | undefined;
  let flagsEnded = false;
  for (const word of words) {
    const [name = "", ...rest] = word.split("=");
    const flag = flagsEnded ? undefined : flagOf(command, name);
    if (pending !== undefined) {
      note(given, pending, word);
      pending = undefined;
    } else if (flag !== undefined) {
      if (!takesValue(flag) || rest.length > 0) note(given, flag, rest.join("="));
      else pending = flag;
    } else if (word === "--") flagsEnded = true;
    else if (!word.startsWith("-") || flagsEnded) {
      const below = operands.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (below) command = below as Command;
      else operands.push(word);
    }
    if (operands.length > 0) command = meant(command);
  }
  return { command, given, operands, pending, flagsEnded };
}

/** The command that is meant: `run`, when none is named. */
export const meant = (command: Command): Command =>
  command.parent === null ? (command.commands.find((one) => one.name() === "run") as Command) : command;

const flagOf = (command: Command, name: string): Flag | undefined =>
  name.startsWith("-") ? flagsOf(meant(command)).find((flag) => namesOf(flag).includes(name)) : undefined;

function note(given: Map<string, string[]>, flag: Flag, value: string): void {
  const name = namesOf(flag).at(-1) ?? "";
  given.set(name, [...(given.get(name) ?? []), value]);
}
