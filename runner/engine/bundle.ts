import type { Probe } from "../define/probe.ts";
import type { Step } from "../define/step.ts";
import type { Action, ActionResult, Answers } from "./action.ts";
import type { Entry } from "./group.ts";
import { mergeSteps, stepsOfKey } from "./merge-steps.ts";

const DEFAULT_TIMEOUT_MS = 600_000;

/** An action and the entries that it is done for; the last read is for none. */
interface Part {
  readonly action: Action;
  readonly entries: readonly Entry[];
}

/** An entry with its steps free of refs, and the markers around them. */
export interface BundleEntry {
  readonly entry: Entry;
  readonly steps: readonly Step[];
  readonly marks: readonly { readonly marker: string; readonly note: string }[];
  readonly unmark: string | undefined;
}

/** What became of an entry in a bundle. */
export interface EntryResult {
  readonly state: "done" | "failed" | "not-started" | "in-doubt";
  /** All its steps are known to have ended well, whatever became of its markers. */
  readonly acted: boolean;
  readonly durationMs: number;
  readonly output?: string;
  readonly failure?: Extract<ActionResult, { state: "failed" }>["failure"];
}

/** A group's steps as one bundle: markers before the change they stand for, all steps in order, and at the end one read. */
export class Bundle {
  readonly #parts: readonly Part[];
  /** Indices of the parts that are done for an entry. */
  readonly #partsOf = new Map<Entry, number[]>();

  /** With `order` steps of one key are done together, key by key; otherwise task by task. */
  constructor(entries: readonly BundleEntry[], reads: readonly Probe<unknown>[], order: readonly string[] = []) {
    this.#parts = [
      ...(order.length ? partsByKey(entries, order) : partsByTask(entries)),
      ...(reads.length ? [{ entries: [], action: { kind: "read", probes: reads } } satisfies Part] : []),
    ];
    for (const [i, part] of this.#parts.entries())
      for (const entry of part.entries) this.#partsOf.set(entry, [...(this.#partsOf.get(entry) ?? []), i]);
  }

  get actions(): readonly Action[] {
    return this.#parts.map(({ action }) => action);
  }

  /** The markers that this bundle leaves. */
  get marks(): readonly string[] {
    return this.actions.flatMap((action) => (action.kind === "mark" ? [action.marker] : []));
  }

  /** What became of each entry. With fewer results than actions the link was lost: what is not known is in doubt. */
  outcomeOf(entry: Entry, results: readonly ActionResult[]): EntryResult {
    const parts = (this.#partsOf.get(entry) ?? []).map((i) => ({
      kind: this.#parts[i]!.action.kind,
      result: results[i],
    }));
    const own = parts.map(({ result }) => result);
    const acted = parts.every(({ kind, result }) => kind !== "step" || result?.state === "done");
    const durationMs = own.reduce((sum, result) => sum + (result && "durationMs" in result ? result.durationMs : 0), 0);
    const failed = own.find((result) => result?.state === "failed");
    if (failed?.state === "failed") return { state: "failed", acted, durationMs, failure: failed.failure };
    if (own.some((result) => result === undefined)) return { state: "in-doubt", acted, durationMs };
    const output = own
      .flatMap((result) => (result?.state === "done" && result.output ? [result.output] : []))
      .join("\n");
    return {
      state: own.every((result) => result?.state === "done") ? "done" : "not-started",
      acted,
      durationMs,
      ...(output ? { output } : {}),
    };
  }

  /** The first of some entries that failed, and why. */
  failedOf(entries: readonly Entry[], results: readonly ActionResult[]) {
    for (const entry of entries) {
      const { failure } = this.outcomeOf(entry, results);
      if (failure) return { entry, failure };
    }
    return undefined;
  }

  /** The answers of the read at the end, none when nothing had to be read; undefined when the end was not reached. */
  answers(results: readonly ActionResult[]): Answers | undefined {
    const result = results[this.#parts.length - 1];
    if (result?.state !== "done") return undefined;
    return this.#parts.at(-1)?.action.kind === "read" ? result.answers : new Map();
  }
}

/**
 * A step that the next task wants as well (`once`) is left to it, and to the one after that if it can; so nothing comes
 * between a task and its own step. A task is through, and loses its marker, when the last of its steps is.
 */
function partsByTask(entries: readonly BundleEntry[]): readonly Part[] {
  let owing: readonly Owing[] = [];
  return entries.flatMap((one, i) => {
    const next = onceKeys(entries[i + 1]?.steps ?? []);
    const waiting = [...owing, { one, keys: onceKeys(one.steps) }];
    const steps = one.steps.filter((step) => isLastOf(one.steps, step) && !next.includes(onceKey(step) ?? ""));
    const parts = steps.map((step) => stepPart(step, [...owing.filter(wants(step)).map((each) => each.one), one]));
    const left = waiting.map((each) => ({ ...each, keys: each.keys.filter((key) => next.includes(key)) }));
    owing = left.filter(({ keys }) => keys.length > 0);
    return [
      ...marksOf(one),
      ...parts,
      ...left.filter(({ keys }) => keys.length === 0).flatMap((each) => unmarkOf(each.one)),
    ];
  });
}

/** An entry that leaves steps of these keys to the next one. */
interface Owing {
  readonly one: BundleEntry;
  readonly keys: readonly string[];
}

const onceKey = (step: Step): string | undefined =>
  step.kind === "run" || step.kind === "write" ? step.once : undefined;

const onceKeys = (steps: readonly Step[]): readonly string[] => steps.flatMap((step) => onceKey(step) ?? []);

const wants =
  (step: Step) =>
  ({ keys }: Owing): boolean =>
    keys.includes(onceKey(step) ?? "");

/** Of a task's own steps with an equal `once` the last runs. */
function isLastOf(steps: readonly Step[], step: Step): boolean {
  const key = onceKey(step);
  return key === undefined || steps.findLast((other) => onceKey(other) === key) === step;
}

function partsByKey(entries: readonly BundleEntry[], order: readonly string[]): readonly Part[] {
  const steps = order.map((key) => {
    const wanting = entries.filter((one) => stepsOfKey(one.steps, key).length > 0);
    return stepPart(mergeSteps(wanting.flatMap((one) => stepsOfKey(one.steps, key))), wanting);
  });
  return [...entries.flatMap(marksOf), ...steps, ...entries.flatMap(unmarkOf)];
}

const marksOf = ({ entry, marks }: BundleEntry): readonly Part[] =>
  marks.map((mark) => ({ action: { kind: "mark", ...mark }, entries: [entry] }));

const unmarkOf = ({ entry, unmark }: BundleEntry): readonly Part[] =>
  unmark === undefined ? [] : [{ action: { kind: "unmark", marker: unmark }, entries: [entry] }];

function stepPart(step: Step, wanting: readonly BundleEntry[]): Part {
  const timeouts = wanting.map(({ entry }) => entry.node.task.options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  return {
    action: { kind: "step", step, timeoutMs: Math.max(...timeouts) },
    entries: wanting.map(({ entry }) => entry),
  };
}
