import { constants, readdirSync, readFileSync, statSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { basename, join } from "node:path";
import { ExitCode, InputError, TsPlayError } from "../errors.ts";
import type { RunEvent } from "./event.ts";
import { jsonLine } from "./json-line.ts";
import type { Redactor } from "./redact.ts";

/** The journal cannot be written: the run must stop, because what it does could no longer be told. */
export class JournalError extends TsPlayError {
  readonly exitCode = ExitCode.badInput;
}

/** What happened in a run, one event per line in `<directory>/runs/<run>.ndjson`; only its owner can read it. */
export class Journal {
  readonly file: string;
  readonly #handle: FileHandle;
  readonly #redactor: Redactor | undefined;
  #waiting: string[] = [];
  #written: Promise<void> = Promise.resolve();

  private constructor(file: string, handle: FileHandle, redactor: Redactor | undefined) {
    this.file = file;
    this.#handle = handle;
    this.#redactor = redactor;
  }

  static async open(directory: string, runId: string, redactor?: Redactor): Promise<Journal> {
    const runs = join(directory, "runs");
    const file = join(runs, `${basename(runId)}.ndjson`);
    return guard(file, async () => {
      await makeFolder(directory);
      await makeFolder(runs);
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND;
      return new Journal(file, await open(file, flags, 0o600), redactor);
    });
  }

  /** Resolves when the system has the line; lines keep the order of the calls. After an error every call fails. */
  append(event: RunEvent): Promise<void> {
    const line = jsonLine(event);
    this.#waiting.push(this.#redactor?.redact(line) ?? line);
    return this.#afterWrites(() => this.#writeWaiting());
  }

  /** Resolves when all lines so far would survive a loss of power. */
  sync(): Promise<void> {
    return this.#afterWrites(() => this.#handle.datasync());
  }

  async close(): Promise<void> {
    const written = await Promise.allSettled([this.#written]);
    await guard(this.file, () => this.#handle.close());
    for (const result of written) if (result.status === "rejected") throw result.reason;
  }

  /** Lines that came while the disk was busy go out together. */
  async #writeWaiting(): Promise<void> {
    const text = this.#waiting.join("");
    this.#waiting = [];
    if (text !== "") await this.#handle.appendFile(text);
  }

  #afterWrites(action: () => Promise<void>): Promise<void> {
    this.#written = this.#written.then(() => guard(this.file, action));
    // Who called gets the error; the chain itself must not count as unhandled before the next call.
    this.#written.catch(() => undefined);
    return this.#written;
  }
}

/** Not `recursive`: that spins for ever (Node 20) where the kernel says ENOENT for a folder that is there, as in a removed working folder. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

async function guard<T>(file: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const fix = "free space or make the folder writable, then run again with --resume";
    throw new JournalError(`${file}: the journal of this run cannot be written: ${reason}`, { fix, cause });
  }
}

/** The events of a journal; a last line that was cut off when the writer died is left out. */
export function readJournal(file: string): RunEvent[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const last = lines.findLastIndex((line) => line !== "");
  return lines.flatMap((line, index) => {
    if (line === "") return [];
    const event = parseLine(line);
    if (event === undefined && index !== last) throw brokenLine(file, index + 1);
    return event ?? [];
  });
}

function parseLine(line: string): RunEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "type" in value ? (value as RunEvent) : undefined;
  } catch {
    return undefined;
  }
}

const brokenLine = (file: string, line: number): InputError =>
  new InputError({
    code: "JRN001",
    place: { file, line },
    message: "this line of the journal is not an event",
    fix: "run again without --resume and without @retry",
  });

/** The journal file of the run that wrote last, or undefined when there was none. */
export const latestRun = (directory: string): string | undefined => recordedRuns(directory)[0]?.file;

/** The journals of all runs, by when they were last written, newest first. */
export function recordedRuns(directory: string): readonly { readonly id: string; readonly file: string }[] {
  const runs = join(directory, "runs");
  const files = listFolder(runs).filter((name) => name.endsWith(".ndjson"));
  const dated = files.map((name) => ({ file: join(runs, name), time: statSync(join(runs, name)).mtimeMs }));
  return dated
    .sort((one, other) => other.time - one.time || (other.file > one.file ? 1 : -1))
    .map(({ file }) => ({ id: basename(file, ".ndjson"), file }));
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}
