import { createHash } from "node:crypto";
import { script } from "../define/command.ts";
import { defineProbe, type Probe } from "../define/probe.ts";
import { quote } from "../define/quote.ts";
import type { Script } from "../transport/transport.ts";

/** Where a host keeps the reactions it still owes; a user without rights keeps them at home. Sets `p`. */
const FOLDER = `p=/var/lib/ts-play/pending; [ -w /var/lib ] || p=\${HOME:-/tmp}/.local/state/ts-play/pending`;

/**
 * The name of a task's marker where a change was made that it reacts to: stable over runs. On another host (`runOn`) many
 * hosts leave markers, so there the name says whose task it is.
 */
export const markerOf = (taskId: string, host: string, place: string): string =>
  createHash("sha256")
    .update(place.startsWith(" ") ? taskId : `${host} ${taskId}`)
    .digest("hex")
    .slice(0, 16);

/** The markers a host has. Only the engine changes them, and it knows when, so the answer never goes stale by steps. */
export const pendingMarkers: Probe<readonly string[]> = defineProbe({
  name: "pending reactions",
  summary: "Tasks that have not yet reacted to a change.",
  looksAt: () => [],
  bare: (): readonly string[] => [],
  command: (_: null) => script(`${FOLDER}\nfor f in "$p"/*; do [ ! -e "$f" ] || printf '%s\\n' "\${f##*/}"; done`),
  parse: ({ stdout }) => stdout.split("\n").filter(Boolean),
})(null);

/** Leaves a marker; written before the change it stands for, so that no death in between loses the reaction. */
export const markScript = (marker: string, note: string): Script =>
  small(`${FOLDER}\nmkdir -p -- "$p" && printf '%s\\n' ${quote(note)} >"$p"/${marker} && sync -- "$p"/${marker} "$p"`);

/** Removes a marker after the reaction. */
export const unmarkScript = (marker: string): Script => small(`${FOLDER}\nrm -f -- "$p"/${marker}`);

const small = (text: string): Script => ({ text, timeoutMs: 30_000, capBytes: 4096, stopOnFailure: true });
