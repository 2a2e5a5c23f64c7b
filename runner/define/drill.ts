import type { z } from "zod";
import type { Condition } from "./condition.ts";
import type { Fault } from "./fault.ts";
import type { Gate } from "./gate.ts";
import type { Group, Host } from "./host.ts";
import type { InventoryContract, InventoryOf } from "./inventory.ts";
import type { Watch } from "./watch.ts";

/** Gates on a group: what must be true of it before something is broken, and again afterwards. */
export interface Guard {
  readonly on: Group;
  readonly gates: readonly Gate[];
}

/** Who is broken: one of a group, chosen when it is known who holds what. */
export interface Victim {
  readonly among: Group;
  /** Undefined when none of them will do. */
  readonly choose: (holders: readonly Host[]) => Host | undefined;
  /** Said when none will do: `holds the address`. */
  readonly wanted: string;
}

/** What may be lost at most; what is exceeded fails the drill. Undefined: told, and not judged. */
export interface DrillLimits {
  /** The longest time between two successes of the client, ms. */
  readonly maxGapMs?: number | undefined;
  /** Requests without a success. */
  readonly maxLost?: number | undefined;
  /** Writes that were acknowledged and are not there in the end. */
  readonly maxMissing?: number | undefined;
  /** How long two members may be seen to hold at once, ms. */
  readonly maxTwoHoldersMs?: number | undefined;
}

/** How long the parts of a drill take, ms. */
export interface DrillTimes {
  /** The client watches this long before anything is broken. Default 2000. */
  readonly steadyMs?: number;
  /** It stays broken at least this long. Default 5000. */
  readonly holdMs?: number;
  /** The client must be without a loss this long before it counts as recovered. Default 2000. */
  readonly settleMs?: number;
  /** It is mended after this long even when nothing recovered. Default 30 000. */
  readonly timeoutMs?: number;
  /** Once mended, all must stay as it is for this long: an address that goes back to its host does so within seconds. Default 6000. */
  readonly restMs?: number;
  /** All must be well again this long after it was mended. Default 120 000. */
  readonly healMs?: number;
  /** Between two looks at a member. Default 200. */
  readonly lookEveryMs?: number;
}

/** One drill on an inventory, as data. */
export interface Scenario {
  readonly watch: Watch;
  /** What some member holds: an address, a lease, the lead. */
  readonly held: { readonly by: Group; readonly when: Condition };
  readonly guards: readonly Guard[];
  readonly victim: Victim;
  /** All of them are broken at once. */
  readonly faults: readonly Fault[];
  /** It counts as recovered only when another member than the victim holds. Default false. */
  readonly mustMove?: boolean;
  readonly limits: DrillLimits;
  readonly times?: DrillTimes;
}

/** What a drill file exports by default. */
export interface Drill {
  readonly kind: "drill";
  readonly summary: string;
  readonly inventory: InventoryContract;
  readonly args: z.ZodObject;
  scenario(given: InventoryOf<Record<string, z.ZodObject>, z.ZodObject> & { readonly args: object }): Scenario;
}

/** Defines a drill: what it needs from the inventory, what can be told it, and what is watched, broken and demanded. */
export const defineDrill = <
  G extends Record<string, z.ZodObject>,
  V extends z.ZodObject,
  A extends z.ZodObject,
>(definition: {
  readonly summary: string;
  readonly inventory: InventoryContract<G, V>;
  /** Thresholds and durations, with defaults: `ts-play drill stop.ts -a maxGapMs=1500`. */
  readonly args: A;
  readonly scenario: (given: InventoryOf<G, V> & { readonly args: z.output<A> }) => Scenario;
}): Drill => Object.freeze({ kind: "drill", ...definition }) as unknown as Drill;

export const isDrill = (value: unknown): value is Drill =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "drill";

/** The member that holds. */
export const theHolder = (among: Group): Victim => ({
  among,
  choose: (holders) => among.hosts.find(({ name }) => holders.some((holder) => holder.name === name)),
  wanted: "holds",
});

/** One that does not hold; the holder itself would do more than it is meant to show. */
export const notTheHolder = (among: Group): Victim => ({
  among,
  choose: (holders) => among.hosts.find(({ name }) => !holders.some((holder) => holder.name === name)),
  wanted: "holds nothing",
});
