import { type Content, contentHash, contentSize } from "../define/content.ts";
import { isRef } from "../define/ref.ts";
import { Secret } from "../define/secret.ts";
import { type Change, change } from "../define/step.ts";
import { fileText, MAX_TEXT_BYTES } from "../probes/file-text.ts";
import type { ExistingPath } from "../probes/path-state.ts";
import { isPrivateMode } from "./private-mode.ts";

/** How the content of a file changes, for people: its size, and text as a diff that is asked for when wanted; a secret never. */
export function contentChange(
  path: string,
  old: { readonly state: ExistingPath; readonly hash: string | undefined } | undefined,
  content: Content,
): Change {
  if (content instanceof Secret) return change("content", old && new Secret(""), content);
  if (isRef(content)) return change("content", old && sizeText(old.state.size), content);
  if (typeof content === "string" && (old?.state.size ?? 0) <= MAX_TEXT_BYTES)
    return textChange(path, old && { size: old.state.size, isPrivate: isPrivateMode(old.state.mode) }, content);
  return change(
    "content",
    old && `sha256 ${old.hash}, ${sizeText(old.state.size)}`,
    `sha256 ${contentHash(content)}, ${sizeText(contentSize(content))}`,
  );
}

/** How the text of a file changes that may be shown; sizes are in bytes, and not known before the file has been written. */
export const textChange = (
  path: string,
  old: { readonly size: number | undefined; readonly text?: string; readonly isPrivate?: boolean } | undefined,
  to: string,
): Change =>
  change("content", old && sizeText(old.size), sizeText(contentSize(to)), {
    path,
    before: old?.text ?? (old && fileText(path)),
    after: to,
    isPrivate: old?.isPrivate,
  });

const sizeText = (size: number | undefined): string => (size === undefined ? "known after apply" : `${size} bytes`);
