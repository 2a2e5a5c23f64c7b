import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

interface Part {
  readonly sizeBytes: number;
  readonly offset?: number;
}

/** SHA-256 of a file, or of a part of it, in hex. */
export async function hashFile(path: string, { offset, sizeBytes }: Part = { sizeBytes: 0 }): Promise<string> {
  const hash = createHash("sha256");
  if (offset !== undefined && sizeBytes === 0) return hash.digest("hex");
  const range = offset === undefined ? {} : { start: offset, end: offset + sizeBytes - 1 };
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20, ...range }), hash);
  return hash.digest("hex");
}
