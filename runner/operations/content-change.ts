import { type Content, contentHash, contentSize } from "../define/content.ts";
import { isRef } from "../define/ref.ts";
import { Secret } from "../define/secret.ts";
import { type Change, change } from "../define/step.ts";
import { fileText, MAX_TEXT_BYTES } from "../probes/file-text.ts";
import type { ExistingPath } from "../probes/path-state.ts";

/** How the content of a file changes, for people: text as a diff that is asked for when wanted, a secret never. */
export function contentChange(
  path: string,
  old: { readonly state: ExistingPath; readonly hash: string | undefined } | undefined,
  content: Content,
): Change {
  if (content instanceof Secret) return change("content", old && new Secret(""), content);
  if (isRef(content)) return change("content", old && fileText(path), content);
  const fitsDiff = typeof content === "string" && (old?.state.size ?? 0) <= MAX_TEXT_BYTES;
  if (fitsDiff) return change("content", old && fileText(path), content);
  return change(
    "content",
    old && `sha256 ${old.hash}, ${old.state.size} bytes`,
    `sha256 ${contentHash(content)}, ${contentSize(content)} bytes`,
  );
}
