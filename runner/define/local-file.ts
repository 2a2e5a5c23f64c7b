import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { InputError } from "../errors.ts";

const CHUNK = 1 << 20;

/** A file of the control machine that is streamed to hosts; its size and hash are taken when it is named. */
export class LocalFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Where it begins in `path`, when it is a part of that. */
  readonly offset: number | undefined;

  constructor(path: string, sizeBytes: number, sha256: string, offset?: number) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.sha256 = sha256;
    this.offset = offset;
    Object.freeze(this);
  }

  toJSON(): object {
    return { localFile: this.path, sha256: this.sha256 };
  }
}

/** A local file as the content of a remote one: `localFile(new URL("./tool.bin", import.meta.url))`. */
export function localFile(location: URL | string): LocalFile {
  const path = typeof location === "string" ? location : fileURLToPath(location);
  try {
    return readLocalFile(path);
  } catch (cause) {
    throw new InputError(
      { code: "TPL007", place: { file: path }, message: `cannot read this file: ${(cause as Error).message}` },
      cause,
    );
  }
}

function readLocalFile(path: string): LocalFile {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(CHUNK);
  const file = openSync(path, "r");
  let size = 0;
  try {
    for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) {
      hash.update(buffer.subarray(0, count));
      size += count;
    }
  } finally {
    closeSync(file);
  }
  return new LocalFile(path, size, hash.digest("hex"));
}
