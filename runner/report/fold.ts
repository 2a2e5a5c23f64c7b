/** How long equal results wait for each other, ms: short enough to read as "at once". */
const WINDOW_MS = 400;

interface Folded<Item> {
  readonly item: Item;
  readonly hosts: string[];
}

/** Holds results back for a moment so that equal ones of many hosts are printed as one, in the order in which they began. */
export class Fold<Item> {
  readonly #print: (item: Item, hosts: readonly string[]) => void;
  #held = new Map<string, Folded<Item>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(print: (item: Item, hosts: readonly string[]) => void) {
    this.#print = print;
  }

  /** Results with the same key must look the same but for the host. */
  add(key: string, host: string, item: Item): void {
    const held = this.#held.get(key);
    if (held === undefined) this.#held.set(key, { item, hosts: [host] });
    else held.hosts.push(host);
    this.#timer ??= setTimeout(() => this.flush(), WINDOW_MS).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const held = this.#held;
    this.#held = new Map();
    for (const { item, hosts } of held.values()) this.#print(item, hosts);
  }
}
