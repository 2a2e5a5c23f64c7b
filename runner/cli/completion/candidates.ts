import { type Command, flagsOf } from "../command-parser.ts";
import { type Flag, takesValue } from "../flag.ts";
import { meant, namesOf, readTyped, type Typed } from "./typed-words.ts";
import { valuesFor } from "./values.ts";

/** A word that could stand under the cursor. One that ends with `/` is not finished. */
export interface Candidate {
  readonly value: string;
  readonly about?: string | undefined;
}

/** What the last of these words could become. Contacts no host, asks nothing, and never throws. */
export async function candidates(root: Command, words: readonly string[]): Promise<readonly Candidate[]> {
  const current = words.at(-1) ?? "";
  const typed = readTyped(root, words.slice(0, -1));
  const found = await allFor(typed, current);
  return found.filter(({ value }) => value.startsWith(current));
}

async function allFor(typed: Typed, current: string): Promise<readonly Candidate[]> {
  const { command, pending, flagsEnded, operands } = typed;
  if (pending !== undefined) return flagValues(pending, typed, current);
  if (current.startsWith("-") && !flagsEnded) return flagsFor(typed, current);
  const below = operands.length === 0 ? command.commands.map(commandCandidate) : [];
  const argument = argumentFor(command, operands.length);
  const values = argument === undefined ? [] : await valuesFor(argument, typed, current);
  return [...below, ...values];
}

const commandCandidate = (command: { name(): string; description(): string }): Candidate => ({
  value: command.name(),
  about: command.description(),
});

async function flagsFor(typed: Typed, current: string): Promise<readonly Candidate[]> {
  const { given } = typed;
  const command = meant(typed.command);
  const at = current.indexOf("=");
  if (at > 0) {
    const flag = flagsOf(command).find((one) => namesOf(one).includes(current.slice(0, at)) && takesValue(one));
    const start = current.slice(0, at + 1);
    const values = flag === undefined ? [] : await flagValues(flag, typed, current.slice(at + 1));
    return values.map((one) => ({ ...one, value: start + one.value }));
  }
  const open = flagsOf(command).filter((flag) => flag.repeatable || !given.has(namesOf(flag).at(-1) ?? ""));
  const help: Candidate = { value: "--help", about: "this help" };
  return [...open.map((flag) => ({ value: namesOf(flag).at(-1) ?? "", about: flag.help })), help];
}

async function flagValues(flag: Flag, typed: Typed, current: string): Promise<readonly Candidate[]> {
  if (flag.choices !== undefined) return flag.choices.map((value) => ({ value }));
  const placeholder = /<(.*)>/.exec(flag.spelling)?.[1] ?? "";
  return valuesFor(placeholder, typed, current);
}

/** The name of the argument at a place; the last one may stand for many. */
function argumentFor(command: Command, place: number): string | undefined {
  const { registeredArguments } = meant(command);
  const argument = registeredArguments[place] ?? registeredArguments.findLast(({ variadic }) => variadic);
  return argument?.name();
}
