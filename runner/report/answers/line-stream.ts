import { Redactor } from "../redact.ts";
import { sanitize } from "../sanitize.ts";

/** A line that a host does not end grows no longer than this before it is printed, characters. */
const LONGEST = 8192;

/** Turns what a host prints, as it comes, into whole lines. Where a line is cut because it is too long, no secret is cut with it. */
export class LineStream {
  readonly #print: (line: string) => void;
  readonly #redactor: Redactor;
  readonly #decoder = new TextDecoder();
  #rest = "";

  constructor(print: (line: string) => void, redactor = new Redactor()) {
    this.#print = print;
    this.#redactor = redactor;
  }

  add(bytes: Uint8Array): void {
    const lines = `${this.#rest}${this.#decoder.decode(bytes, { stream: true })}`.split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#print(line);
    if (this.#rest.length > LONGEST + this.#redactor.longest) this.#cut();
  }

  /** What is masked cannot be cut in two, and what may be the beginning of a secret waits for its end. */
  #cut(): void {
    const text = this.#redactor.redact(this.#rest);
    const end = Math.max(0, text.length - Math.max(0, this.#redactor.longest - 1));
    this.#rest = text.slice(0, end);
    this.end();
    this.#rest = text.slice(end);
  }

  /** Prints what was not ended by a newline. */
  end(): void {
    if (this.#rest !== "") this.#print(this.#rest);
    this.#rest = "";
  }
}

/** A host's line behind its name: `web1 | text`, and `web1 ! text` for standard error. */
export const hostLine = (host: string, stream: "stdout" | "stderr", line: string): string =>
  `${host} ${stream === "stdout" ? "|" : "!"} ${sanitize(line).replaceAll("\n", " ").trimEnd()}`;
