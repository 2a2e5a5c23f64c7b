/** As much of a terminal as the live area uses: text that wraps, cursor up, erase to the end of line or screen. */
export class Screen {
  readonly columns: number;
  readonly rows: number;
  /** All rows, those that scrolled away too; the last `rows` are visible. */
  #grid: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  get text(): string {
    return this.#grid
      .map((row) => row.join("").trimEnd())
      .join("\n")
      .trimEnd();
  }

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what a terminal reads
    for (const [token] of text.matchAll(/\x1b\[\??[\d;]*[A-Za-z]|./gsu)) this.#take(token);
  }

  #take(token: string): void {
    if (token === "\n") this.#down();
    else if (token === "\r") this.#column = 0;
    else if (token.startsWith("\x1b[")) this.#control(token.at(-1) ?? "", Number.parseInt(token.slice(2), 10) || 0);
    else this.#put(token);
  }

  #put(char: string): void {
    if (this.#column === this.columns) this.#down();
    const row = this.#grid[this.#row] ?? [];
    while (row.length < this.#column) row.push(" ");
    row[this.#column] = char;
    this.#column += 1;
  }

  #down(): void {
    this.#row += 1;
    this.#column = 0;
    this.#grid[this.#row] ??= [];
  }

  #control(letter: string, count: number): void {
    const top = Math.max(0, this.#grid.length - this.rows);
    if (letter === "A") this.#row = Math.max(top, this.#row - Math.max(1, count));
    if (letter === "K") this.#grid[this.#row] = count === 2 ? [] : (this.#grid[this.#row] ?? []).slice(0, this.#column);
    if (letter !== "J") return;
    this.#grid[this.#row] = (this.#grid[this.#row] ?? []).slice(0, this.#column);
    for (let below = this.#row + 1; below < this.#grid.length; below += 1) this.#grid[below] = [];
  }
}
