import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";
import { pathFootprint } from "./path-footprint.ts";

/** Longer files are not text that people edit or want to see as a diff. */
export const MAX_TEXT_BYTES = 1_000_000;

/**
 * The exact text of a file; undefined when there is no regular file.
 * A file that is larger than 1 MB, is not UTF-8 or cannot be read makes the question fail: for this file alone, so each is asked for itself.
 */
export const fileText = defineProbe<string, string | undefined>({
  name: "fileText",
  summary: "The exact text of a file of at most 1 MB; undefined when there is no regular file.",
  command: readCommand,
  parse: ({ stdout }, path) => parseText(stdout, path),
  looksAt: (path) => [pathFootprint(path)],
  bare: () => undefined,
});

/**
 * Base64, because a stream of text loses what is not UTF-8; one byte more than allowed shows that a file is too large.
 * The size comes first: a disk that fails in the middle must not make the rest of a file vanish in an edit.
 */
function readCommand(path: string) {
  return sh`p=${path}
if ! [ -f "$p" ]; then echo absent; elif ! [ -r "$p" ]; then echo unreadable
else echo "$(wc -c <"$p")"; head -c ${MAX_TEXT_BYTES + 1} "$p" | base64; fi`;
}

function parseText(answer: string, path: string): string | undefined {
  const [first = "", ...lines] = answer.split("\n");
  if (first === "absent") return undefined;
  if (!/^\d+$/.test(first)) throw new Error(`${path} cannot be read`);
  const bytes = Buffer.from(lines.join(""), "base64");
  if (bytes.length > MAX_TEXT_BYTES) throw new Error(`${path} is larger than ${MAX_TEXT_BYTES} bytes`);
  if (bytes.length !== Number(first)) throw new Error(`${path} could not be read to its end, or changed meanwhile`);
  return decode(bytes, path);
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Error(`${path} is not UTF-8 text`, { cause });
  }
}
