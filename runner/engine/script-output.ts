import type { ScriptResult } from "../transport/transport.ts";

const TAIL_LINES = 20;
const decoder = new TextDecoder();

/** Bytes of a host as text; what is not UTF-8 becomes U+FFFD. */
export const decode = (bytes: Uint8Array): string => decoder.decode(bytes);

/** The last lines of standard error, or of standard output when nothing was said there. */
export function outputTail({ stdout, stderr }: Pick<ScriptResult, "stdout" | "stderr">): string {
  const text = decode(stderr).trim() || decode(stdout).trim();
  return text.split("\n").slice(-TAIL_LINES).join("\n");
}
