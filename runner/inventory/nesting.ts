const SCALAR_FOLLOWS = "\x1f";

/**
 * How deep lists and mappings can at most be nested in a stream of YAML lexemes.
 * Asked before parsing, because the parser's own recursion can end the whole process.
 */
export function nestingDepth(lexemes: readonly string[]): number {
  const columns: number[] = [];
  let [column, flow, deepest] = [0, 0, 0];
  let lineStart = true;
  for (let index = 0; index < lexemes.length; index++) {
    const lexeme = lexemes[index]!;
    const first = lexeme[0]!;
    if (first === "\n" || first === "\r") {
      [column, lineStart] = [0, true];
      continue;
    }
    if (first === "[" || first === "{") flow++;
    if (first === "]" || first === "}") flow--;
    const indicator: boolean = lexeme === "-" || lexeme === "?" || (lexeme === ":" && lineStart);
    if ((lineStart || indicator) && first !== " " && flow === 0) enter(columns, column);
    lineStart &&= first === " " || indicator;
    deepest = Math.max(deepest, columns.length + flow);
    column += first === SCALAR_FOLLOWS ? lexemes[++index]!.length : lexeme.length;
  }
  return deepest;
}

/** Remembers that something starts at this column; whatever started further right has ended. */
function enter(columns: number[], column: number): void {
  while (columns.length > 0 && columns.at(-1)! >= column) columns.pop();
  columns.push(column);
}
