import { isDeepStrictEqual } from "node:util";
import { Secret } from "../define/secret.ts";
import type { Place } from "../errors.ts";
import { type DataNode, type Entry, scalarsOf, toValue } from "./data-node.ts";
import type { ProblemList } from "./problem-list.ts";

/** Variables written in one place, and that place in words, such as `group_vars/web.yaml`. */
export interface Layer {
  readonly label: string;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** A group while files are still being read. */
export interface GroupDraft {
  readonly name: string;
  place: Place | undefined;
  priority: number;
  readonly children: Set<string>;
  readonly hosts: Set<string>;
  /** By file, in the order of the files. */
  readonly layers: Map<string, Layer>;
}

/** A host while files are still being read. */
export interface HostDraft {
  readonly name: string;
  readonly place: Place;
  readonly layers: Map<string, Layer>;
}

/** Groups and hosts while inventory files are still being read. */
export class InventoryDraft {
  readonly groups = new Map<string, GroupDraft>();
  readonly hosts = new Map<string, HostDraft>();
  /** Set when the host limit was met, which is reported once. */
  full = false;

  constructor() {
    this.group("all").children.add("ungrouped");
    this.group("ungrouped");
  }

  /** The group of this name, made when it is new. */
  group(name: string, place?: Place): GroupDraft {
    const known = this.groups.get(name);
    if (known) {
      known.place ??= place;
      return known;
    }
    const group = {
      name,
      place,
      priority: 1,
      children: new Set<string>(),
      hosts: new Set<string>(),
      layers: new Map(),
    };
    this.groups.set(name, group);
    return group;
  }

  /** The host of this name, made when it is new. */
  host(name: string, place: Place): HostDraft {
    const known = this.hosts.get(name);
    if (known) return known;
    const host = { name, place, layers: new Map() };
    this.hosts.set(name, host);
    return host;
  }
}

/** Whether it can be compared: two encrypted values are alike to everybody who does not open them. */
const isPlain = (node: DataNode): boolean => ![...scalarsOf(node)].some(({ value }) => value instanceof Secret);

/** Adds variables to the layer of their file; two different values for one name in one file are a problem (INV004). */
export function addToLayer(layers: Map<string, Layer>, file: string, layer: Layer, problems: ProblemList): void {
  const known = layers.get(file);
  if (!known) {
    layers.set(file, layer);
    return;
  }
  const merged = new Map(known.entries);
  for (const entry of layer.entries.values()) {
    const earlier = merged.get(entry.key);
    if (earlier && !(isDeepStrictEqual(toValue(earlier.node), toValue(entry.node)) && isPlain(entry.node))) {
      const message = `"${entry.key}" (${layer.label}) has another value at line ${earlier.place.line}, column ${earlier.place.column}`;
      problems.add({ code: "INV004", place: entry.place, message, fix: "keep one of them" });
    }
    merged.set(entry.key, entry);
  }
  layers.set(file, { label: layer.label, entries: merged });
}
