import { UnreachableError } from "../../errors.ts";
import type { ShellCommand } from "./shell-command.ts";

/** The one password that was given was not accepted. */
export const wrongPassword = (host: string, { title }: ShellCommand): UnreachableError =>
  new UnreachableError(host, "become", `${title} refused the password (one try was made)`, {
    fix: "give the right become password with -K",
  });

/** The shell did not introduce itself; `what` says what it did instead. */
export const noHello = (
  host: string,
  { title, password }: ShellCommand,
  what: string,
  said: string,
): UnreachableError =>
  new UnreachableError(host, password ? "become" : "protocol", `${title} ${what}${quoted(said)}`, {
    fix: "look at what the login scripts of this user do when there is no terminal",
  });

/** The command that should have started a shell ended. */
export const closedEarly = (
  host: string,
  command: ShellCommand,
  reason: string,
  said: string,
  asked: boolean,
): UnreachableError => {
  const { argv, title } = command;
  if (argv[0] === "/bin/sh")
    return new UnreachableError(host, "protocol", `${title} ended before it began (${reason})${quoted(said)}`);
  if (asked && /incorrect|failure|sorry/i.test(said)) return wrongPassword(host, command);
  if (/password is required|a terminal is required/i.test(said))
    return new UnreachableError(host, "become", `${title} needs a password`, {
      fix: "give it with -K, or allow NOPASSWD for this user",
    });
  const [, before, behind] = MISSING.exec(said) ?? [];
  const missing = before ?? behind;
  if (missing !== undefined)
    return new UnreachableError(host, "become", `${title} is not possible: the host has no ${missing}`, {
      fix:
        missing === "su" ? "install it (util-linux), or log in as that user" : "install it, or use become_method: su",
    });
  return new UnreachableError(host, "become", `${title} failed${quoted(said) || ` (${reason})`}`);
};

/** As shells, sudo and env say that they do not find a program: the name before it, or (zsh) behind it. */
const MISSING = /\b(sudo|su)['’"]?: (?:(?:command )?not found|No such file)|command not found: (sudo|su)\b/;

const quoted = (said: string): string => {
  const lines = said
    .replace(/[^\P{C}\n]/gu, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.length === 0 ? "" : `: ${lines.slice(-2).join("; ").slice(0, 300)}`;
};
