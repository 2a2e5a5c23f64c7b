import type { DataNode, Entry } from "./data-node.ts";
import type { ProblemList } from "./problem-list.ts";

const RESERVED = ["__proto__", "constructor", "prototype"];

/** The keys of one mapping as they are read: each once (INV004), none that JavaScript gives a meaning (INV019). */
export class MappingEntries {
  readonly #problems: ProblemList;
  readonly #entries = new Map<string, Entry>();
  readonly #merged: Entry[] = [];

  constructor(problems: ProblemList) {
    this.#problems = problems;
  }

  add(entry: Entry): void {
    const { key, place } = entry;
    const earlier = this.#entries.get(key);
    if (RESERVED.includes(key)) {
      this.#problems.add({
        code: "INV019",
        place,
        message: `the key "${key}" is reserved`,
        fix: "choose another name",
      });
    } else if (earlier) {
      const message = `the key "${key}" was already given at line ${earlier.place.line}, column ${earlier.place.column}`;
      this.#problems.add({ code: "INV004", place, message, fix: "keep one of them" });
    } else this.#entries.set(key, entry);
  }

  /** Takes what a merge key `<<` gives: a mapping or a list of mappings; false when it is neither. */
  merge(node: DataNode): boolean {
    if (node.kind === "list") return node.items.every((item) => this.merge(item));
    if (node.kind === "map") this.#merged.push(...node.entries.values());
    return node.kind === "map";
  }

  /** All keys; a merged one gives way to one that is written out, and to one merged earlier, as in YAML 1.1. */
  finish(): ReadonlyMap<string, Entry> {
    for (const entry of this.#merged) if (!this.#entries.has(entry.key)) this.#entries.set(entry.key, entry);
    return this.#entries;
  }
}
