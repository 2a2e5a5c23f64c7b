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
    if (!diff) return changes.map(shown);
    const probes = changes.flatMap(({ text }) => (typeof text?.before === "object" ? [text.before] : []));
    const texts = probes.length ? await driver.read(probes) : new Map<string, unknown>();
    return Promise.all(changes.map((change) => withDiff(change, texts)));
  };
}

const shown = ({ attribute, from, to }: Change): ShownChange => ({
  attribute,
  from: showValue(from),
  to: showValue(to),
});

/** A new file is all new lines. What could not be read has no diff. */
async function withDiff(change: Change, texts: ReadonlyMap<string, unknown>): Promise<ShownChange> {
  if (change.text === undefined) return shown(change);
  const { path, before, after, isPrivate } = change.text;
  const old = typeof before === "object" ? texts.get(before.key) : before;
  if (old instanceof ProbeFailure) return shown(change);
  const { unifiedDiff } = await import("../report/diff.ts");
  return { ...shown(change), diff: unifiedDiff(typeof old === "string" ? old : "", after, path, isPrivate) };
}
