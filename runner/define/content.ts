import { createHash } from "node:crypto";
import { LocalFile } from "./local-file.ts";
import { Ref } from "./ref.ts";
import { reveal, Secret } from "./secret.ts";

/** What can be written to a file of a host. A ref is known only while the run goes on. */
export type Content = KnownContent | Ref<string> | Ref<Secret> | Ref<LocalFile>;
export type KnownContent = string | Uint8Array | Secret | LocalFile;

export const isContent = (value: unknown): value is Content =>
  typeof value === "string" || [Uint8Array, Secret, LocalFile, Ref].some((kind) => value instanceof kind);

/** SHA-256 in hex; undefined when the content is not known yet. */
export function contentHash(content: Content): string | undefined {
  if (content instanceof Ref) return undefined;
  if (content instanceof LocalFile) return content.sha256;
  return createHash("sha256").update(contentBytes(content)).digest("hex");
}

export const contentSize = (content: KnownContent): number =>
  content instanceof LocalFile ? content.sizeBytes : contentBytes(content).length;

/** The bytes of content that is held in memory. */
export function contentBytes(content: Exclude<KnownContent, LocalFile>): Uint8Array {
  if (content instanceof Uint8Array) return content;
  return new TextEncoder().encode(content instanceof Secret ? reveal(content) : content);
}

/** Text that may be shown in a diff; undefined for secrets, binary data and large files. */
export const contentText = (content: Content): string | undefined =>
  typeof content === "string" ? content : undefined;
