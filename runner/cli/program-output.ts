import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as after } from "node:timers/promises";
import { Redactor } from "../report/redact.ts";
import { oneLine } from "../report/sanitize.ts";

const DEADLINE_MS = 60_000;
const MAX_BYTES = 1 << 20;
const TOLD_LINES = 5;

/** A program did not give what it was asked for. */
export class ProgramFailure extends Error {
  /** `exit 3`, `ENOENT`, `it did not end in 60 s`. */
  readonly how: string;

  /** `said` is the end of what it printed on standard error, without what it printed as the secret. */
  constructor(how: string, said: string) {
    super(said === "" ? how : `${how}: ${said}`);
    this.how = how;
  }
}

/**
 * What a program that gives a secret prints. At a terminal it can ask there: it has standard input, and what it says on
 * standard error is shown. Elsewhere its input is empty, so that what reads it ends. Throws ProgramFailure.
 */
export async function programOutput(
  file: string,
  args: readonly string[],
  { deadlineMs = DEADLINE_MS } = {},
): Promise<string> {
  const child = spawn(file, args, { stdio: [process.stdin.isTTY ? "inherit" : "ignore", "pipe", "pipe"] });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  if (process.stdin.isTTY) child.stderr.on("data", (bytes: Buffer) => process.stderr.write(bytes));
  const flaw = await Promise.race([
    ended(child),
    tooMuch(child.stdout, stdout),
    tooMuch(child.stderr, stderr),
    late(deadlineMs),
  ]);
  if (flaw === undefined) return textOf(stdout);
  abandon(child);
  throw new ProgramFailure(flaw, toldOf(textOf(stderr), textOf(stdout)));
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

async function ended(child: Child): Promise<string | undefined> {
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    return code === 0 ? undefined : code === null ? `it was ended by ${signal}` : `exit ${code}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

function tooMuch(from: Readable, chunks: Buffer[]): Promise<string> {
  let bytes = 0;
  return new Promise((resolve) =>
    from.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_BYTES) resolve(`it printed more than ${MAX_BYTES} bytes`);
    }),
  );
}

const late = (deadlineMs: number): Promise<string> =>
  after(deadlineMs, `it did not end in ${deadlineMs / 1000} s`, { ref: false });

/** What it has started itself may hold the pipes open, so nobody waits for those any more. */
function abandon(child: Child): void {
  child.kill("SIGKILL");
  child.stdout.destroy();
  child.stderr.destroy();
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString();

function toldOf(stderr: string, stdout: string): string {
  const redactor = new Redactor([stdout.trim(), ...stdout.split("\n").map((line) => line.trim())]);
  return oneLine(redactor.redact(stderr).trim().split("\n").slice(-TOLD_LINES).join("; "));
}
