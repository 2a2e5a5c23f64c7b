import type { IssuedCertificate } from "./certificate-authority.ts";
import type { Ref } from "./ref.ts";

/** One question by HTTP, in JSON. */
export interface JsonPost {
  readonly path: string;
  readonly body: object;
}

/** A client of a store of records, as data: what it writes, and how it reads back what it wrote. */
export interface RecordsWatch {
  readonly kind: "records";
  /** Said of it: `put a key`. */
  readonly title: string;
  /** Base URLs; the next one is asked when one does not answer within `tryMs`. */
  readonly endpoints: readonly string[];
  /** How it shows who it is; made on the control machine before anything is broken. */
  readonly tls?: { readonly ca: Ref<string>; readonly client: Ref<IssuedCertificate> } | undefined;
  /** Writes the record of this id; every id begins with the run's. A success is that it was acknowledged: it must be there for ever after. */
  readonly write: (id: string) => JsonPost;
  /** Asks for all records of a run. */
  readonly readBack: (run: string) => JsonPost;
  /** The ids in what that was answered. */
  readonly idsIn: (answer: unknown) => readonly string[];
  /** Removes them in the end. */
  readonly remove: (run: string) => JsonPost;
  readonly everyMs: number;
  /** What was not acknowledged by then is lost. */
  readonly deadlineMs: number;
  /** What took longer than this is late. */
  readonly lateMs: number;
  readonly tryMs: number;
}

/**
 * A client that writes a new record each time and never waits for the one before, and in the end reads back whether all that were
 * acknowledged are there.
 */
export const recordsClient = (
  given: Pick<RecordsWatch, "title" | "endpoints" | "tls" | "write" | "readBack" | "idsIn" | "remove"> &
    Partial<Pick<RecordsWatch, "everyMs" | "deadlineMs" | "lateMs" | "tryMs">>,
): RecordsWatch =>
  Object.freeze({ kind: "records", everyMs: 200, deadlineMs: 10_000, lateMs: 1000, tryMs: 1000, ...given });
