import { Secret } from "../define/secret.ts";
import type { Place } from "../errors.ts";

/** A value as it was written in a YAML or JSON file, with its positions. */
export type DataNode = MapNode | ListNode | ScalarNode;

/** A mapping; keys are unique and in the order of the file. */
export interface MapNode {
  readonly kind: "map";
  readonly place: Place;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** One key of a mapping; `place` is the key's. */
export interface Entry {
  readonly key: string;
  readonly place: Place;
  readonly node: DataNode;
}

/** A sequence. */
export interface ListNode {
  readonly kind: "list";
  readonly place: Place;
  readonly items: readonly DataNode[];
}

/** A string, number, boolean or null; or a Secret, where it was encrypted. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly place: Place;
  readonly value: string | number | boolean | null | Secret;
  /** The characters that were written, such as `0644` for the number 644; nothing for a Secret. */
  readonly written: string;
  /** False when the value was in quotes or a block, so that a string is certainly meant. */
  readonly plain: boolean;
}

/** The plain JavaScript value of a node, frozen through and through. */
export function toValue(node: DataNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return Object.freeze(node.items.map(toValue));
  return Object.freeze(Object.fromEntries([...node.entries.values()].map((entry) => [entry.key, toValue(entry.node)])));
}

/** The deepest node that exists on a path of keys and indexes. */
export function nodeAt(node: DataNode, path: readonly PropertyKey[]): DataNode {
  const [step, ...rest] = path;
  if (step === undefined) return node;
  const next = childOf(node, step);
  return next ? nodeAt(next, rest) : node;
}

/** Every scalar inside a node. */
export function* scalarsOf(node: DataNode): Generator<ScalarNode> {
  if (node.kind === "scalar") yield node;
  else if (node.kind === "list") for (const item of node.items) yield* scalarsOf(item);
  else for (const entry of node.entries.values()) yield* scalarsOf(entry.node);
}

/** What kind of value this is, in words: `a list`, `the number 5`. Never shows a string. */
export function describe(node: DataNode): string {
  if (node.kind === "map") return "a mapping";
  if (node.kind === "list") return "a list";
  if (node.value === null) return "nothing";
  if (node.value instanceof Secret) return "a value from a vault";
  return typeof node.value === "string" ? "a string" : `the ${typeof node.value} ${node.written}`;
}

function childOf(node: DataNode, step: PropertyKey): DataNode | undefined {
  if (node.kind === "map") return node.entries.get(String(step))?.node;
  return node.kind === "list" ? node.items[Number(step)] : undefined;
}
