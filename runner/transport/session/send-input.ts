import { createReadStream } from "node:fs";
import type { Bytes, Script, StreamedFile } from "../transport.ts";
import { inputBytes } from "./program.ts";
import type { ShellLink } from "./shell-link.ts";

// A pipe holds 64 KiB. What fits in it is sent with the bundle; more would keep the host's supervisor from hearing anything else.
const aheadLimit = 49_152;
const chunkBytes = 262_144;

/** How many scripts, from the first, get their input together with the bundle's program; the others get it when they start. */
export const countSentAhead = (scripts: readonly Script[]): number => {
  let total = 0;
  const tooMuch = scripts.findIndex((script) => {
    total += inputBytes(script);
    return total > aheadLimit;
  });
  return tooMuch < 0 ? scripts.length : tooMuch;
};

/** Streams what a script reads, in pieces between which commands may be sent. Throws when a file does not have the size that was announced. */
export const sendInput = async (link: ShellLink, input: Bytes): Promise<void> => {
  let sent = 0;
  for await (const chunk of chunksOf(input)) {
    sent += chunk.length;
    if (!(input instanceof Uint8Array) && sent > input.sizeBytes) break;
    await sendBytes(link, Buffer.concat([Buffer.from(`i ${chunk.length}\n`), chunk]));
  }
  if (!(input instanceof Uint8Array) && sent !== input.sizeBytes)
    throw new Error(`${input.file} changed its size while it was sent`);
};

/** All of a small input, for sending it ahead. */
export const readInput = async (input: Bytes): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(input)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (!(input instanceof Uint8Array) && bytes.length !== input.sizeBytes)
    throw new Error(`${input.file} changed its size before it was sent`);
  return bytes;
};

/**
 * Writes to the shell's standard input and waits while its buffer is full.
 * Resolves also when the link is gone, because a write to a dead channel never calls back; the caller learns of that from `closed`.
 */
export const sendBytes = async (link: ShellLink, bytes: Uint8Array): Promise<void> => {
  if (link.stdin.destroyed || link.stdin.writableEnded || link.stdin.write(bytes)) return;
  let wake = (): void => undefined;
  const drain = new Promise<void>((resolve) => {
    wake = resolve;
    link.stdin.once("drain", wake);
  });
  await Promise.race([drain, link.closed]);
  link.stdin.off("drain", wake);
};

async function* chunksOf(input: Bytes): AsyncGenerator<Uint8Array> {
  if (input instanceof Uint8Array) {
    for (let at = 0; at < input.length; at += chunkBytes) yield input.subarray(at, at + chunkBytes);
  } else if (input.offset === undefined || input.sizeBytes > 0) {
    for await (const chunk of createReadStream(input.file, { highWaterMark: chunkBytes, ...rangeOf(input) }))
      yield chunk as Buffer;
  }
}

/** A whole file is read to its end, also when that is not where it was announced to be. */
const rangeOf = ({ offset, sizeBytes }: StreamedFile): { readonly start?: number; readonly end?: number } =>
  offset === undefined ? {} : { start: offset, end: offset + sizeBytes - 1 };
