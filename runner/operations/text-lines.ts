/** Text as lines, and whether the last one is ended: an edit of one line leaves all other bytes as they are. */
export interface TextLines {
  readonly lines: readonly string[];
  readonly ended: boolean;
}

export function splitLines(text: string): TextLines {
  const lines = text.split("\n");
  const ended = lines.at(-1) === "";
  return { lines: ended ? lines.slice(0, -1) : lines, ended };
}

export const joinLines = ({ lines, ended }: TextLines): string =>
  lines.length === 0 ? "" : `${lines.join("\n")}${ended ? "\n" : ""}`;

/** Where something new is put; without either, at the end. */
export interface Position {
  /** After the last line that matches; at the end when none does. */
  readonly insertAfter?: string | undefined;
  /** Before the first line that matches; at the end when none does. */
  readonly insertBefore?: string | undefined;
}

/** Puts lines where they are wanted; a last line without its end is ended first. */
export function insertLines(text: TextLines, added: readonly string[], position: Position): TextLines {
  const at = indexOf(text.lines, position);
  const ended = text.ended || at === text.lines.length;
  return { lines: text.lines.toSpliced(at, 0, ...added), ended };
}

function indexOf(lines: readonly string[], { insertAfter, insertBefore }: Position): number {
  const matching = (pattern: string) => (line: string) => new RegExp(pattern).test(line);
  if (insertAfter !== undefined) {
    const at = lines.findLastIndex(matching(insertAfter));
    return at < 0 ? lines.length : at + 1;
  }
  const at = insertBefore === undefined ? -1 : lines.findIndex(matching(insertBefore));
  return at < 0 ? lines.length : at;
}

/** Takes lines out; what then is the last line keeps its end. */
export const removeLines = (
  { lines, ended }: TextLines,
  unwanted: (line: string, at: number) => boolean,
): TextLines => ({
  lines: lines.filter((line, at) => !unwanted(line, at)),
  ended: ended || (lines.length > 0 && unwanted(lines.at(-1)!, lines.length - 1)),
});
