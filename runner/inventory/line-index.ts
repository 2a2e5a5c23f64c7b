import type { Place } from "../errors.ts";
import { soundsSecret } from "./secret-names.ts";
import type { SourceText } from "./source-text.ts";

/** Turns offsets of a text into places, and knows what of it must not be shown. */
export class LineIndex {
  readonly #file: string;
  readonly #text: string;
  readonly #encrypted: boolean;
  readonly #starts = [0];

  constructor({ file, encrypted = false }: Omit<SourceText, "text">, text: string) {
    this.#file = file;
    this.#encrypted = encrypted;
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

  /** Whether the value at an offset may be secret: the key before it on its line sounds so, or the whole file is. */
  hides(offset: number): boolean {
    return this.#encrypted || soundsSecret(this.#text.slice(this.startOf(offset), offset));
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
