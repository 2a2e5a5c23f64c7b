import type { Place } from "../errors.ts";

/** Turns offsets of a text into places. */
export class LineIndex {
  readonly #file: string;
  readonly #text: string;
  readonly #starts = [0];

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  placeOf(offset: number): Place {
    const line = this.#lineOf(offset);
    return { file: this.#file, line: line + 1, column: offset - this.#starts[line]! + 1 };
  }

  /** The offset at which the line of an offset starts. */
  startOf(offset: number): number {
    return this.#starts[this.#lineOf(offset)]!;
  }

  /** What stands before an offset on its line: mostly the key of the value that is there. */
  before(offset: number): string {
    return this.#text.slice(this.startOf(offset), offset);
  }

  #lineOf(offset: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
