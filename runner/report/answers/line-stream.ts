import { sanitize } from "../sanitize.ts";

/** A line that a host does not end grows no longer than this before it is printed, characters. */
const LONGEST = 8192;

/** Turns what a host prints, as it comes, into whole lines. */
export class LineStream {
  readonly #print: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = "";

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  add(bytes: Uint8Array): void {
    const lines = `${this.#rest}${this.#decoder.decode(bytes, { stream: true })}`.split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#print(line);
    if (this.#rest.length > LONGEST) this.end();
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
