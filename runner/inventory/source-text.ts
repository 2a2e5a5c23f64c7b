import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Problem } from "../errors.ts";
import type { InventoryLimits } from "./limits.ts";
import type { ProblemList } from "./problem-list.ts";

/** The text of a file (or of a flag) that people wrote, not parsed yet. */
export interface SourceText {
  /** The path as it was given, or `-e`. */
  readonly file: string;
  readonly text: string;
  /** The file was encrypted as a whole, so every value in it is secret. */
  readonly encrypted?: boolean | undefined;
}

const READ_DEADLINE_MS = 30_000;

/** Reads a UTF-8 file; undefined after a problem (INV001, INV016, INV017) was added. */
export async function readSource(
  file: string,
  limits: InventoryLimits,
  problems: ProblemList,
  code = "INV001",
): Promise<SourceText | undefined> {
  try {
    const bytes = await readBytes(file, limits.fileBytes);
    return bytes === "too big" ? problems.add(tooBig(file, limits)) : decode(file, bytes, problems);
  } catch (cause) {
    problems.add(unreadable(file, code, cause as NodeJS.ErrnoException));
  }
}

async function readBytes(file: string, capBytes: number): Promise<Buffer | "too big"> {
  const { size } = await regular(file);
  if (size > capBytes) return "too big";
  const chunks: Buffer[] = [];
  let total = 0;
  // A pipe such as <(decrypt secrets.yaml) has no size in advance and may never end.
  for await (const chunk of createReadStream(file, { signal: AbortSignal.timeout(READ_DEADLINE_MS) })) {
    total += (chunk as Buffer).length;
    if (total > capBytes) return "too big";
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

async function regular(file: string): Promise<{ size: number }> {
  const info = await stat(file);
  if (info.isDirectory()) throw Object.assign(new Error("it is a directory"), { code: "EISDIR" });
  if (!info.isFile() && !info.isFIFO()) throw Object.assign(new Error("it is not a file"), { code: "EINVAL" });
  return info;
}

function decode(file: string, bytes: Buffer, problems: ProblemList): SourceText | undefined {
  const nul = bytes.indexOf(0);
  if (nul >= 0) return problems.add(badBytes(file, `a NUL byte at byte ${nul}`));
  const bom = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
  if (bom) problems.note(badBytes(file, "a byte order mark at byte 0, which is ignored"));
  const body = bom ? bytes.subarray(3) : bytes;
  const text = body.toString("utf8");
  // Decoding replaces what is not UTF-8, so a text that does not give its bytes back was not UTF-8.
  const again = Buffer.from(text, "utf8");
  if (!again.equals(body)) {
    return problems.add(
      badBytes(file, `a byte that is not UTF-8 at byte ${firstDifference(again, body) + (bom ? 3 : 0)}`),
    );
  }
  if (/\r\n/.test(text) && /[^\r]\n/.test(text)) problems.note(badBytes(file, "both CRLF and LF line ends"));
  return { file, text };
}

function firstDifference(decoded: Buffer, body: Buffer): number {
  const index = body.findIndex((byte, position) => decoded[position] !== byte);
  return index < 0 ? body.length - 1 : index;
}

const badBytes = (file: string, what: string): Problem => ({
  code: "INV016",
  place: { file },
  message: `the file has ${what}`,
  fix: "save it as UTF-8 text without a byte order mark and with LF line ends",
});

const tooBig = (file: string, { fileBytes }: InventoryLimits): Problem => ({
  code: "INV017",
  place: { file },
  message: `the file is larger than the limit fileBytes = ${fileBytes}`,
  fix: "split it into several files, each given with its own -i",
});

const reasons: Readonly<Record<string, string>> = {
  ENOENT: " (no such file)",
  EACCES: " (permission denied)",
  EISDIR: " (it is a directory)",
  EINVAL: " (it is not a file)",
};

const unreadable = (file: string, code: string, { code: errno = "", message }: NodeJS.ErrnoException): Problem => ({
  code,
  place: { file },
  message: `cannot read this file: ${errno || message}${reasons[errno] ?? ""}`,
  fix: "check the path and that you may read it",
});
