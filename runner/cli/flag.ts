import { InputError } from "../errors.ts";

/** One flag of the command line, as data. */
export interface Flag {
  /** As the help shows it: `-l, --limit <pattern>`. */
  readonly spelling: string;
  readonly help: string;
  /** What holds when it is not given, in words. */
  readonly otherwise?: string | undefined;
  /** The variable that gives the value when the flag does not. */
  readonly env?: string | undefined;
  /** Makes the value of the text; `before` is what the same flag gave earlier. Throws InputError. */
  readonly read?: ((text: string, before: unknown, name: string) => unknown) | undefined;
  readonly repeatable?: boolean | undefined;
  /** The only values there are. */
  readonly choices?: readonly string[] | undefined;
}

/** Flags under the heading that the help gives them. */
export interface FlagGroup {
  readonly heading: string;
  readonly flags: readonly Flag[];
}

/** `--limit` of `-l, --limit <pattern>`. */
export const longName = (spelling: string): string => /--[a-z-]+/.exec(spelling)?.[0] ?? spelling;

export const takesValue = ({ spelling }: Flag): boolean => spelling.includes("<");

/** The value of a flag that was given. Throws InputError when it is given twice, or without a value. */
export function readFlag(flag: Flag, text: string, before: unknown): unknown {
  const name = sourceOf(flag, text);
  if (takesValue(flag)) refuseNoValue(flag, name, text);
  if (before !== undefined && !flag.repeatable)
    throw new InputError({ code: "CLI002", message: `${name} is given twice`, fix: "give it once" });
  return flag.read ? flag.read(text, before, name) : text;
}

/** The parser does not tell whether the value stood in a variable. */
const sourceOf = ({ spelling, env }: Flag, text: string): string =>
  env !== undefined && process.env[env] === text ? env : longName(spelling);

function refuseNoValue({ spelling }: Flag, name: string, text: string): void {
  const isFlag = /^(--[a-z]|-[a-zA-Z]$)/.test(text);
  if (text.trim() !== "" && !isFlag) return;
  const found = isFlag ? `is followed by ${text.replace(/=.*$/s, "")}, which is a flag` : "is given no value";
  throw new InputError({ code: "CLI003", message: `${name} ${found}`, fix: `write ${spelling.replace(/^-\w, /, "")}` });
}
