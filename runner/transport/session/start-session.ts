import { randomBytes } from "node:crypto";
import { UnreachableError } from "../../errors.ts";
import { posixQuote } from "../posix-quote.ts";
import { awaitHello, type Hello } from "./hello.ts";
import { forgetNames, hostShell } from "./host-shell.ts";
import type { ShellCommand } from "./shell-command.ts";
import type { ShellLink } from "./shell-link.ts";
import { type SessionTokens, ShellSession } from "./shell-session.ts";

/** The text that the first `sh` on the host evaluates, with the tokens in it. */
export interface PreparedShell {
  readonly text: string;
  readonly tokens: SessionTokens;
  /** Makes the prompts of this session unmistakable; not secret. */
  readonly salt: string;
}

/** Makes a new shell text; with `lockOwner` the shell asks for the host's lock before it says hello. */
export const prepareShell = (lockOwner?: string): PreparedShell => {
  const tokens = { nonce: random(16), outputEnd: random(16) };
  const variables = `N=${tokens.nonce} M=${tokens.outputEnd} R=${random(8)} O=${posixQuote(oneLine(lockOwner ?? ""))}`;
  return { text: `${forgetNames}\n${variables}\n${hostShell}`, tokens, salt: random(8) };
};

/** A name that fits into one line of a frame. */
export const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, " ").trim();

export interface Started {
  readonly session: ShellSession;
  /** The host's answer to the request for the lock, if there was one. */
  readonly lock: string | undefined;
}

/** Raises privilege where needed, hands over the shell's text and waits for its hello. Throws UnreachableError. */
export const startSession = async (
  host: string,
  link: ShellLink,
  command: ShellCommand,
  shell: PreparedShell,
  helloMs = 30_000,
): Promise<Started> => {
  let hello: Hello;
  try {
    hello = await awaitHello({ host, link, command, shell }, helloMs);
  } catch (error) {
    link.destroy();
    throw error;
  }
  if (hello.failure !== undefined) {
    link.destroy();
    throw new UnreachableError(host, "protocol", `the shell on the host cannot work: ${hello.failure}`);
  }
  return { session: new ShellSession(host, link, shell.tokens), lock: hello.lock };
};

const random = (bytes: number): string => randomBytes(bytes).toString("hex");
