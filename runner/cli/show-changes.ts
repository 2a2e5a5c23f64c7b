import type { Probe } from "../define/probe.ts";
import { Secret } from "../define/secret.ts";
import type { Change } from "../define/step.ts";
import type { HostDriver } from "../engine/action.ts";
import { ProbeFailure } from "../engine/action.ts";
import type { ShownChange } from "../report/event.ts";
import { showValue } from "../report/show-change.ts";

/** Makes changes readable. With `diff` the old text of files is asked for, and a unified diff is made. */
export function changeShower(
  diff: boolean,
): (changes: readonly Change[], driver: HostDriver) => Promise<readonly ShownChange[]> {
  return async (changes, driver) => {
    const probes = diff ? changes.filter(isText).map(({ from }) => from) : [];
    const texts = probes.length ? await driver.read(probes) : new Map<string, unknown>();
    return Promise.all(changes.map((change) => show(change, texts)));
  };
}

const isProbe = (value: unknown): value is Probe<unknown> =>
  typeof value === "function"
    ? false
    : typeof value === "object" && value !== null && "kind" in value && "key" in value;

const isText = (change: Change): change is Change & { from: Probe<unknown>; to: string } =>
  isProbe(change.from) && typeof change.to === "string";

async function show(change: Change, texts: ReadonlyMap<string, unknown>): Promise<ShownChange> {
  const { attribute, from, to } = change;
  if (!isProbe(from)) return { attribute, from: showValue(from), to: showValue(to) };
  const before = texts.get(from.key);
  const shown = { attribute, from: showSize(before), to: to instanceof Secret ? "***" : showSize(to) };
  if (!isText(change) || !texts.has(from.key) || before instanceof ProbeFailure) return shown;
  const { unifiedDiff } = await import("../report/diff.ts");
  return { ...shown, diff: unifiedDiff(typeof before === "string" ? before : "", change.to, String(from.argument)) };
}

const showSize = (text: unknown): string =>
  typeof text === "string" ? `${Buffer.byteLength(text)} bytes` : text === undefined ? "(old)" : showValue(text);
