import type { Secret } from "../define/secret.ts";
import type { Place, Problem } from "../errors.ts";
import type { DataNode } from "./data-node.ts";

/** An inventory after all its files were read, merged and checked, before any playbook's contract is applied. */
export interface Inventory {
  /** Every group, `all` and `ungrouped` among them, in the order of the files. */
  readonly groups: ReadonlyMap<string, InventoryGroup>;
  /** Every host, in inventory order. */
  readonly hosts: ReadonlyMap<string, InventoryHost>;
  /** Variables of the group `all`, with extra vars over them. */
  readonly vars: Vars;
  /** What was tolerated but is worth a line on the screen. */
  readonly notes: readonly Problem[];
  /** Every value that came out of a vault: whoever prints what hosts say masks them. */
  readonly secrets: readonly Secret[];
}

/** A group of the inventory. */
export interface InventoryGroup {
  readonly name: string;
  /** Where the group is first written; undefined for `all` and `ungrouped` that no file mentions. */
  readonly place: Place | undefined;
  /** Names of the groups directly below. */
  readonly children: readonly string[];
  /** Names of the hosts written directly in this group. */
  readonly ownHosts: readonly string[];
  /** Names of the hosts of this group and of all groups below it, each once. */
  readonly hosts: readonly string[];
}

/** A host of the inventory with its variables resolved. */
export interface InventoryHost {
  readonly name: string;
  /** Where the host is first written. */
  readonly place: Place;
  /** Names of all its groups but `all`, those whose variables win first. */
  readonly groups: readonly string[];
  readonly vars: Vars;
}

/** Resolved variables by name. */
export type Vars = ReadonlyMap<string, ResolvedVar>;

/** A variable's winning value, and the values it won over, the strongest loser first. */
export interface ResolvedVar {
  readonly value: unknown;
  readonly origin: Origin;
  readonly overridden: readonly { readonly value: unknown; readonly origin: Origin }[];
  /** Where the variable's name is written. */
  readonly keyPlace: Place;
  /** The value as it was written, for positions inside it. */
  readonly node: DataNode;
}

/** Where a value was written, and the layer that gave it its precedence, such as `group_vars/web.yaml`. */
export interface Origin {
  readonly place: Place;
  readonly layer: string;
}
