import { type Command, sh } from "../define/command.ts";
import { type Change, change } from "../define/step.ts";
import type { ExistingPath } from "../probes/path-state.ts";
import { accountName } from "./account-name.ts";
import { fileMode } from "./file-mode.ts";

/** Who owns a path and what others may do with it. */
export interface Ownership {
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

/** The arguments of every operation that keeps mode, owner and group of a path. */
export const ownershipArguments = (defaultMode: string) => ({
  mode: fileMode.default(defaultMode).describe(`file mode as octal text, such as "${defaultMode}"`),
  owner: accountName.default("root").describe("user who owns it: a name, or a number as text"),
  group: accountName.default("root").describe("group it belongs to: a name, or a number as text"),
});

/** What differs, attribute by attribute; `from` is undefined for a path that is not there yet. */
export function ownershipChanges(from: ExistingPath | undefined, to: Ownership): readonly Change[] {
  return [
    ...(from?.mode === to.mode ? [] : [change("mode", from?.mode, to.mode)]),
    ...(isAccount(from?.owner, from?.uid, to.owner) ? [] : [change("owner", from?.owner, to.owner)]),
    ...(isAccount(from?.group, from?.gid, to.group) ? [] : [change("group", from?.group, to.group)]),
  ];
}

/** Sets owner and mode. Five digits, because GNU chmod keeps the set-id bits of a folder for four (coreutils manual 27.4). */
export const setOwnership = (path: string, { mode, owner, group }: Ownership): Command =>
  // chown clears set-id bits (chown(2)), so the mode comes second.
  sh`chown -h ${`${owner}:${group}`} ${path} && chmod 0${mode} ${path}`;

const isAccount = (name: string | undefined, id: number | undefined, wanted: string): boolean =>
  name === wanted || (id !== undefined && String(id) === wanted);
