import type { Probe } from "../define/probe.ts";
import type { RunStep, Step } from "../define/step.ts";
import type { Action, ActionResult } from "./action.ts";
import type { Entry } from "./group.ts";

type StepAction = Extract<Action, { kind: "step" }>;

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
  readonly durationMs: number;
  readonly output?: string;
  readonly failure?: Extract<ActionResult, { state: "failed" }>["failure"];
}

/** A group's steps as one bundle: markers before the change they stand for, all steps in order, and at the end one read. */
export class Bundle {
  readonly #parts: readonly Part[];

  constructor(entries: readonly BundleEntry[], reads: readonly Probe<unknown>[]) {
    const last = lastOfKey(entries.flatMap(({ steps }) => steps));
    this.#parts = [
      ...mergeSteps(entries.flatMap((entry) => partsOf({ ...entry, steps: entry.steps.filter(last) }))),
      ...(reads.length ? [{ entries: [], action: { kind: "read", probes: reads } } satisfies Part] : []),
    ];
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
    const own = this.#parts.flatMap((part, i) => (part.entries.includes(entry) ? [results[i]] : []));
    const durationMs = own.reduce((sum, result) => sum + (result && "durationMs" in result ? result.durationMs : 0), 0);
    const failed = own.find((result) => result?.state === "failed");
    if (failed?.state === "failed") return { state: "failed", durationMs, failure: failed.failure };
    if (own.some((result) => result === undefined)) return { state: "in-doubt", durationMs };
    const output = own
      .flatMap((result) => (result?.state === "done" && result.output ? [result.output] : []))
      .join("\n");
    return {
      state: own.every((result) => result?.state === "done") ? "done" : "not-started",
      durationMs,
      ...(output ? { output } : {}),
    };
  }

  /** The answers of the read at the end; undefined when it was not reached. */
  answers(results: readonly ActionResult[]) {
    const last = this.#parts.at(-1);
    const result = results[this.#parts.length - 1];
    return last?.entries.length === 0 && result?.state === "done" ? result.answers : undefined;
  }
}

function partsOf({ entry, steps, marks, unmark }: BundleEntry): readonly Part[] {
  const timeoutMs = entry.node.task.options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const actions: readonly Action[] = [
    ...marks.map((mark): Action => ({ kind: "mark", ...mark })),
    ...steps.map((step): Action => ({ kind: "step", step, timeoutMs })),
    ...(unmark === undefined ? [] : [{ kind: "unmark", marker: unmark } satisfies Action]),
  ];
  return actions.map((action) => ({ action, entries: [entry] }));
}

/** Steps that can be done together become one; markers that stood between them come before it. */
function mergeSteps(parts: readonly Part[]): readonly Part[] {
  const merged: Part[] = [];
  for (const part of parts) {
    const at = merged.findLastIndex(({ action }) => action.kind === "step");
    const together = at < 0 ? undefined : mergedStep(merged[at]!, part);
    if (together === undefined) merged.push(part);
    else merged.splice(at, merged.length - at, ...merged.slice(at + 1), together);
  }
  return merged;
}

function mergedStep(one: Part, other: Part): Part | undefined {
  const [first, second] = [mergeableStep(one), mergeableStep(other)];
  if (!first?.merge || !second?.merge || first.merge.key !== second.merge.key) return undefined;
  const items = [...first.merge.items, ...second.merge.items];
  const step: RunStep = {
    ...first,
    command: first.merge.command(items),
    merge: { ...first.merge, items },
    changes: [...first.changes, ...second.changes],
    effects: [...first.effects, ...second.effects],
    touches: [...first.touches, ...second.touches],
  };
  return { action: { ...(one.action as StepAction), step }, entries: [...one.entries, ...other.entries] };
}

const mergeableStep = ({ action }: Part): RunStep | undefined =>
  action.kind === "step" && action.step.kind === "run" ? action.step : undefined;

/** Of steps with an equal `once` the last runs: it comes after every change that it stands for. */
function lastOfKey(steps: readonly Step[]): (step: Step) => boolean {
  const lasts = new Map(
    steps.flatMap((step) => (step.kind === "run" && step.once !== undefined ? [[step.once, step] as const] : [])),
  );
  return (step) => step.kind !== "run" || step.once === undefined || lasts.get(step.once) === step;
}
