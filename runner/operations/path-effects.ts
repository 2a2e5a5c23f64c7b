import { type Content, contentHash, contentSize } from "../define/content.ts";
import { Ref } from "../define/ref.ts";
import { reveal, Secret } from "../define/secret.ts";
import { type Effect, predict } from "../define/step.ts";
import { fileHash } from "../probes/file-hash.ts";
import { fileText } from "../probes/file-text.ts";
import { pathExists } from "../probes/path-exists.ts";
import { type ExistingPath, type PathState, pathState } from "../probes/path-state.ts";
import type { Ownership } from "./ownership.ts";

/** What the probes of a path will answer once something is there. */
export const existsAfterwards = (path: string, state: ExistingPath): readonly Effect[] => [
  predict(pathState(path), state),
  predict(pathExists(path), true),
];

/** What the probes of a path will answer once nothing is there. */
export const absentAfterwards = (path: string): readonly Effect[] => [
  predict(pathState(path), { type: "absent" }),
  predict(pathExists(path), false),
  predict(fileHash(path), undefined),
  predict(fileText(path), undefined),
];

/** What the probes of a file will answer once it is written; nothing is known of what is in a ref. */
export function writtenAfterwards(path: string, content: Content, ownership: Ownership): readonly Effect[] {
  const { mode, owner, group } = ownership;
  const size = content instanceof Ref ? undefined : contentSize(content);
  const hash = contentHash(content);
  const text = textOf(content);
  return [
    ...existsAfterwards(path, { type: "file", mode, owner, group, size }),
    ...(hash === undefined ? [] : [predict(fileHash(path), hash)]),
    ...(text === undefined ? [] : [predict(fileText(path), text)]),
  ];
}

/** What the probes of a path will answer once only its mode and owner are different. */
export function ownedAfterwards(path: string, state: ExistingPath, { mode, owner, group }: Ownership): Effect {
  const after: PathState = { ...state, mode, owner, group, uid: undefined, gid: undefined };
  return predict(pathState(path), after);
}

/** An edit of a later task works on the real text, also of a secret; what it shows is for that task to decide. */
function textOf(content: Content): string | undefined {
  return content instanceof Secret ? reveal(content) : typeof content === "string" ? content : undefined;
}
