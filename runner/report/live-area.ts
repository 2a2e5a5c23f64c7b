import { cut, displayWidth } from "./display-width.ts";
import type { Paint, Tone } from "./paint.ts";
import type { Sink } from "./report.ts";

/** One line of the area; it is cut to the terminal first and coloured then. */
export interface LiveLine {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

const ESC = "\x1b[";
/** Synchronized output: terminals that know it show old or new, never half; the others ignore it. */
const BEGIN = `${ESC}?2026h`;
const END = `${ESC}?2026l`;

/** The last lines of a terminal, drawn again and again; what is printed goes above them and stays. */
export class LiveArea {
  readonly #sink: Sink;
  readonly #paint: Paint;
  /** What is on the screen now. */
  #drawn: readonly string[] = [];
  #lines: readonly LiveLine[] = [];
  #columns = 0;

  constructor(sink: Sink, paint: Paint) {
    this.#sink = sink;
    this.#paint = paint;
  }

  /** Shows these lines in place of the last ones; of too many the first stay. */
  draw(lines: readonly LiveLine[]): void {
    this.#lines = lines;
    const fitting = this.#fit();
    const same = fitting.join("\n") === this.#drawn.join("\n") && this.#columns === this.#sink.columns;
    if (!same) this.#write("", fitting);
  }

  printAbove(lines: readonly string[]): void {
    if (lines.length > 0) this.#write(`${lines.join("\n")}\n`, this.#fit());
  }

  clear(): void {
    this.#lines = [];
    if (this.#drawn.length > 0) this.#write("", []);
  }

  /** Lines are written over the old ones, so that nothing flickers. */
  #write(above: string, fitting: readonly string[]): void {
    const area = fitting.map((text, at) => {
      const tone = this.#lines[at]?.tone;
      return `${tone === undefined ? text : this.#paint(tone, text)}\n`;
    });
    const text = `${above}${area.join("")}`;
    this.#sink.write(`${BEGIN}${text === "" ? this.#eraseUpwards() : this.#overwrite(text)}${END}`);
    this.#drawn = fitting;
    this.#columns = this.#sink.columns;
  }

  #overwrite(text: string): string {
    const rows = this.#rows();
    const back = rows === 0 ? "" : `\r${ESC}${rows}A`;
    return `${back}${text.replaceAll("\n", `${ESC}K\n`)}${ESC}J`;
  }

  /** Row by row: erasing all from the top row on makes tmux keep a copy of the screen. */
  #eraseUpwards(): string {
    return `${ESC}1A${ESC}2K`.repeat(this.#rows());
  }

  /** A terminal that became narrower has wrapped our lines: they take more rows than there are lines. */
  #rows(): number {
    const columns = Math.max(1, this.#sink.columns);
    return this.#drawn.reduce((sum, text) => sum + Math.max(1, Math.ceil(displayWidth(text) / columns)), 0);
  }

  /** One column stays free, since terminals differ in when they wrap, and one row for the cursor. */
  #fit(): string[] {
    const rows = Math.max(1, this.#sink.rows - 1);
    return this.#lines.slice(0, rows).map(({ text }) => cut(text, this.#sink.columns - 1));
  }
}
