import type { Answer } from "../../report/answers/answer.ts";
import { answersSummary, answersText, troubleLines } from "../../report/answers/answer-text.ts";
import { hostLine, LineStream } from "../../report/answers/line-stream.ts";
import { escapeUnsafe } from "../../report/json-line.ts";
import { makePaint } from "../../report/paint.ts";
import type { Redactor } from "../../report/redact.ts";
import { wantsColor } from "../../report/terminal.ts";
import { count } from "../../report/words.ts";

/** `grouped`: equal answers together, at the end. `lines`: each line as it comes. `json`: an object for each host as it ends. */
export type ExecFormat = "grouped" | "lines" | "json";

type Hear = (stream: "stdout" | "stderr", bytes: Uint8Array) => void;

/** What is printed of the answers. */
export interface ExecOutput {
  /** Hears what a host prints while it prints it; undefined where nobody wants to know. */
  readonly hear: ((host: string) => Hear) | undefined;
  ended(answer: Answer): void;
  close(answers: readonly Answer[], tookMs: number): void;
}

/** Standard output has what hosts said; standard error the sentence that sums it up. Secrets are masked in both. */
export function execOutput(format: ExecFormat, redactor: Redactor, hosts: number): ExecOutput {
  const paint = makePaint(wantsColor(process.env, process.stdout.isTTY ?? false));
  const print = (lines: readonly string[]) =>
    lines.length > 0 && process.stdout.write(redactor.redact(lines.map((line) => `${line}\n`).join("")));
  const close = (answers: readonly Answer[], tookMs: number) =>
    void process.stderr.write(`${answersSummary(answers, tookMs, paint)}\n`);
  if (format === "json") return { hear: undefined, ended: (answer) => print([jsonOf(answer)]), close: () => undefined };
  if (format === "grouped") {
    const counter = new Count(hosts);
    return {
      hear: undefined,
      ended: () => counter.more(),
      close: (answers, tookMs) => {
        counter.clear();
        print(answersText(answers, paint));
        close(answers, tookMs);
      },
    };
  }
  const live = new LiveLines((line) => print([line]), redactor);
  return {
    hear: (host) => live.of(host),
    ended: (answer) => {
      live.end(answer.host);
      print(troubleLines(answer, answer.host, paint));
    },
    close,
  };
}

const ERASE_LINE = "\r\x1b[K";
/** Until then a passphrase may be asked for on this line. */
const QUIET_MS = 2000;

/** How many hosts have answered, on one line of a terminal that goes away in the end. */
class Count {
  readonly #hosts: number;
  readonly #write = (text: string) => process.stderr.isTTY && process.stderr.write(text);
  readonly #timer: NodeJS.Timeout;
  #answered = 0;

  constructor(hosts: number) {
    this.#hosts = hosts;
    this.#timer = setTimeout(() => this.#draw(), QUIET_MS).unref();
  }

  more(): void {
    this.#answered++;
    this.#draw();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#write(ERASE_LINE);
  }

  #draw(): void {
    this.#write(`${ERASE_LINE}${this.#answered} of ${count(this.#hosts, "host")} answered`);
  }
}

/** The lines of all hosts as they come, each behind its host's name. */
class LiveLines {
  readonly #print: (line: string) => void;
  readonly #redactor: Redactor;
  readonly #streams = new Map<string, Readonly<Record<"stdout" | "stderr", LineStream>>>();

  constructor(print: (line: string) => void, redactor: Redactor) {
    this.#print = print;
    this.#redactor = redactor;
  }

  of(host: string): Hear {
    const stream = (name: "stdout" | "stderr") =>
      new LineStream((line) => this.#print(hostLine(host, name, line)), this.#redactor);
    const both = { stdout: stream("stdout"), stderr: stream("stderr") };
    this.#streams.set(host, both);
    return (name, bytes) => both[name].add(bytes);
  }

  end(host: string): void {
    for (const stream of Object.values(this.#streams.get(host) ?? {})) stream.end();
  }
}

const jsonOf = ({ failure, ...answer }: Answer): string =>
  escapeUnsafe(JSON.stringify({ v: 1, ...answer, ...(failure ? { message: failure.message, fix: failure.fix } : {}) }));
