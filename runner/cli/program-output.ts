import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as after } from "node:timers/promises";
import { Redactor } from "../report/redact.ts";
import { oneLine } from "../report/sanitize.ts";

const DEADLINE_MS = 60_000;
const GRACE_MS = 1_000;
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
 * What a program that gives a secret prints. At a terminal it can ask there: it has standard input, what it says on standard error is
 * shown, and it takes as long as the person does, who can press Ctrl-C. Elsewhere its input is empty, so that what reads it ends, and
 * it has a deadline. Throws ProgramFailure.
 */
export async function programOutput(
  file: string,
  args: readonly string[],
  { deadlineMs = DEADLINE_MS } = {},
): Promise<string> {
  const asks = process.stdin.isTTY === true;
  const child = spawn(file, args, { stdio: [asks ? "inherit" : "ignore", "pipe", "pipe"] });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  if (asks) child.stderr.on("data", (bytes: Buffer) => process.stderr.write(bytes));
  const flaw = await Promise.race([
    ended(child),
    tooMuch(child.stdout, stdout),
    tooMuch(child.stderr, stderr),
    ...(asks ? [] : [late(deadlineMs)]),
  ]);
  if (flaw === undefined) return textOf(stdout);
  await abandon(child);
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
      bytes += chunk.length;
      if (bytes > MAX_BYTES) resolve(`it printed more than ${MAX_BYTES} bytes`);
      else chunks.push(chunk);
    }),
  );
}

const late = (deadlineMs: number): Promise<string> =>
  after(deadlineMs, `it did not end in ${deadlineMs / 1000} s`, { ref: false });

/**
 * Ends what has not ended: first so that it can end its own programs and put the terminal back in order, then for certain. What it has
 * started may hold the pipes open, so nobody waits for those any more.
 */
async function abandon(child: Child): Promise<void> {
  if (runs(child)) {
    child.kill("SIGTERM");
    await Promise.race([once(child, "exit"), after(GRACE_MS, undefined, { ref: false })]);
  }
  if (runs(child)) child.kill("SIGKILL");
  child.stdout.destroy();
  child.stderr.destroy();
}

const runs = ({ pid, exitCode, signalCode }: Child): boolean =>
  pid !== undefined && exitCode === null && signalCode === null;

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString();

function toldOf(stderr: string, stdout: string): string {
  const redactor = new Redactor([stdout.trim(), ...stdout.split("\n").map((line) => line.trim())]);
  return oneLine(redactor.redact(stderr).trim().split("\n").slice(-TOLD_LINES).join("; "));
}
