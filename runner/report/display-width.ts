/** Columns that text takes on a terminal, never too few: what may be wide counts as two. */
export const displayWidth = (text: string): number => [...text].reduce((sum, char) => sum + widthOf(char), 0);

/** Text cut to a number of columns, with a dot at the end where something was cut off. */
export function cut(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let width = 1;
  let kept = "";
  for (const char of text) {
    width += widthOf(char);
    if (width > columns) break;
    kept += char;
  }
  return columns < 1 ? "" : `${kept}…`;
}

/** East Asian scripts and emoji are two columns wide (Unicode TR 11); the few symbols of our own are one. */
function widthOf(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  const wide = (code >= 0x1100 && code < 0x1160) || (code >= 0x2300 && code < 0x2700) || code >= 0x2e80;
  return wide ? 2 : 1;
}
