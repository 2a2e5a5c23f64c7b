import { closeSync, openSync, readSync } from "node:fs";

/** Where a file of an archive is, so that it can be read without unpacking. */
export interface TarPart {
  readonly offset: number;
  readonly sizeBytes: number;
}

const BLOCK = 512;

interface Header extends TarPart {
  readonly name: string;
  readonly type: string;
}

/** Files of a tar that is not compressed, by their names, which are cleared of `./`. Throws when it is none. */
export function tarIndex(archive: string): ReadonlyMap<string, TarPart> {
  const file = openSync(archive, "r");
  try {
    return new Map(filesIn(file));
  } finally {
    closeSync(file);
  }
}

function* filesIn(file: number): Generator<readonly [string, TarPart]> {
  let longName: string | undefined;
  let at = 0;
  for (let header = headerAt(file, at); header !== undefined; header = headerAt(file, at)) {
    const { name, type, offset, sizeBytes } = header;
    // A name of more than 100 characters stands before its file: "x" in pax(1), "L" in the form of GNU.
    if (type === "x") longName = /\d+ path=([^\n]*)\n/.exec(read(file, offset, sizeBytes).toString())?.[1] ?? longName;
    else if (type === "L") longName = textIn(read(file, offset, sizeBytes), 0, sizeBytes);
    else {
      if (type === "0" || type === "") yield [(longName ?? name).replace(/^\.\//, ""), { offset, sizeBytes }];
      longName = undefined;
    }
    at = offset + Math.ceil(sizeBytes / BLOCK) * BLOCK;
  }
}

/** POSIX.1-2017, pax, "ustar Interchange Format"; undefined at the end of the archive. */
function headerAt(file: number, at: number): Header | undefined {
  const block = read(file, at, BLOCK);
  if (block.every((byte) => byte === 0)) return undefined;
  const [magic, size, prefix] = [textIn(block, 257, 6), textIn(block, 124, 12).trim(), textIn(block, 345, 155)];
  if (!magic.startsWith("ustar") || !/^[0-7]+$/.test(size)) throw new Error("this is no tar, or a compressed one");
  const short = textIn(block, 0, 100);
  return {
    // GNU has times in the place of the prefix, and its own magic.
    name: magic === "ustar" && prefix !== "" ? `${prefix}/${short}` : short,
    type: textIn(block, 156, 1),
    offset: at + BLOCK,
    sizeBytes: Number.parseInt(size, 8),
  };
}

function read(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  if (readSync(file, bytes, 0, length, at) !== length) throw new Error("the archive ends too early");
  return bytes;
}

/** Up to its end or to the first zero. */
const textIn = (bytes: Buffer, from: number, length: number): string =>
  bytes.toString("utf8", from, from + length).split("\0")[0]!;
