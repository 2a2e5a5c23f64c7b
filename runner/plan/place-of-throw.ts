import type { Place } from "../errors.ts";

/** Where in TypeScript of an author something was thrown; the playbook's file when its stack does not say. */
export function placeOfThrow(cause: unknown, file: string): Place {
  const frames = cause instanceof Error ? (cause.stack ?? "").split("\n") : [];
  const [, path, line, column] = frames.map((frame) => FRAME.exec(frame)).find((match) => match !== null) ?? [];
  return path === undefined ? { file } : { file: path, line: Number(line), column: Number(column) };
}

const FRAME = /^\s+at (?:.*\()?(?:file:\/\/)?(\/[^()]+\.[mc]?tsx?):(\d+):(\d+)\)?$/;

/** What was thrown, in one line. */
export const whatWasThrown = (cause: unknown): string =>
  (cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)).replace(/\.$/, "");
