import type { Probe } from "../define/probe.ts";
import type { Step } from "../define/step.ts";
import type { Action, ActionResult } from "./action.ts";
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
  readonly durationMs: number;
  readonly output?: string;
  readonly failure?: Extract<ActionResult, { state: "failed" }>["failure"];
}

/** A group's steps as one bundle: markers before the change they stand for, all steps in order, and at the end one read. */
export class Bundle {
  readonly #parts: readonly Part[];

  /** With `order` steps of one key are done together, key by key; otherwise task by task. */
  constructor(entries: readonly BundleEntry[], reads: readonly Probe<unknown>[], order: readonly string[] = []) {
    this.#parts = [
      ...(order.length ? partsByKey(entries, order) : partsByTask(entries)),
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

function partsByTask(entries: readonly BundleEntry[]): readonly Part[] {
  const last = lastOfKey(entries.flatMap(({ steps }) => steps));
  return entries.flatMap((one) => [
    ...marksOf(one),
    ...one.steps.filter(last).map((step) => stepPart(step, [one])),
    ...unmarkOf(one),
  ]);
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

/** Of steps with an equal `once` the last runs: it comes after every change that it stands for. */
function lastOfKey(steps: readonly Step[]): (step: Step) => boolean {
  const lasts = new Map(
    steps.flatMap((step) => (step.kind === "run" && step.once !== undefined ? [[step.once, step] as const] : [])),
  );
  return (step) => step.kind !== "run" || step.once === undefined || lasts.get(step.once) === step;
}
