import { InputError } from "../errors.ts";

const SAFE = /^[\w@%+=:,./-]+$/;

/**
 * One argument, quoted so that any POSIX shell reads back exactly the same string (POSIX.1-2017, XCU 2.2.2).
 * Throws when the argument holds a NUL, which no argument can carry.
 */
export function quote(argument: string): string {
  if (argument.includes("\0")) throw new InputError({ code: "PLY010", message: "an argument holds a NUL byte" });
  return SAFE.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
