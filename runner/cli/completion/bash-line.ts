import type { Candidate } from "./candidates.ts";

/** The words of a line of bash up to the cursor, and how the last one is quoted. */
export interface BashLine {
  readonly words: readonly string[];
  readonly quote: "'" | '"' | undefined;
  /** Where in the last word the part begins that bash thinks of as a word: after a bare `=` or `:`, where it breaks words at these. */
  readonly begin: number;
}

/** Takes a line apart as bash does, as far as quotes and backslashes go. `breaks` is its COMP_WORDBREAKS. */
export function readBashLine(line: string, breaks: string): BashLine {
  const words: string[] = [];
  let begin = 0;
  let word: string | undefined;
  let quote: BashLine["quote"];
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (quote !== undefined && char === quote) quote = undefined;
    else if (char === "\\" && quote !== "'") word = (word ?? "") + (line[++at] ?? "");
    else if (quote === undefined && (char === "'" || char === '"')) {
      quote = char;
      word ??= "";
    } else if (quote === undefined && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      begin = 0;
    } else {
      word = (word ?? "") + char;
      if (quote === undefined && "=:".includes(char) && breaks.includes(char)) begin = word.length;
    }
  }
  return { words: [...words, word ?? ""], quote, begin };
}

/** The candidate as bash puts it in; a tilde in front is left for bash to follow. */
export const forBash = ({ value }: Candidate, { quote, begin }: BashLine): string =>
  quote === undefined ? value.slice(begin).replaceAll(/(?!^~\/)[^\w@%+=:,./-]/g, "\\$&") : value;
