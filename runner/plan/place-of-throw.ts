import { InputError, type Place } from "../errors.ts";

/** Where in TypeScript of an author something was thrown; the playbook's file when its stack does not say. */
export const placeOfThrow = (cause: unknown, file: string): Place => placeInStack(cause) ?? { file };

/** The same error, with the author's line where its problems do not say one. */
export function withPlace(error: InputError): InputError {
  const place = placeInStack(error);
  if (place === undefined || error.problems.every((problem) => problem.place)) return error;
  return new InputError(
    error.problems.map((problem) => ({ ...problem, place: problem.place ?? place })),
    error,
  );
}

function placeInStack(cause: unknown): Place | undefined {
  const frames = cause instanceof Error ? (cause.stack ?? "").split("\n") : [];
  const [, path, line, column] = frames.map((frame) => FRAME.exec(frame)).find((match) => match !== null) ?? [];
  return path === undefined ? undefined : { file: path, line: Number(line), column: Number(column) };
}

const FRAME = /^\s+at (?:.*\()?(?:file:\/\/)?(\/[^()]+\.[mc]?tsx?):(\d+):(\d+)\)?$/;

/** What was thrown, in one line. */
export const whatWasThrown = (cause: unknown): string =>
  (cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)).replace(/\.$/, "");
