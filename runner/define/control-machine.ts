import type { Secret } from "./secret.ts";

/** A file as its folder lists it. */
export interface FileEntry {
  readonly name: string;
  readonly sizeBytes: number;
}

/** A file that comes in pieces, and what it must be when it is whole. */
export interface Incoming {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly sizeBytes: number;
  /** In hex. */
  readonly sha256: string;
}

/** The machine that ts-play runs on, as far as values for hosts are kept and made there. Relative paths start at the working directory. */
export interface ControlMachine {
  /** The text of a file; undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** The text of a file that only its owner may read, without its last line break. Throws InputError when there is none. */
  readSecret(path: string): Promise<Secret>;
  /** Writes a new file as a whole, with its folder; false when there is one already, which is left as it is. */
  create(path: string, text: string, mode: number): Promise<boolean>;
  /** The files of a folder, in the order of their names; none where there is no folder. */
  list(folder: string): Promise<readonly FileEntry[]>;
  /** SHA-256 of a file in hex; undefined when there is none. */
  hash(path: string): Promise<string | undefined>;
  /** Writes a file (0600) with its folder: the whole of it, on the disk, or none. Throws when what came is not what was announced. */
  receive(path: string, file: Incoming): Promise<void>;
  /** Removes a file; one that is not there is no fault. */
  remove(path: string): Promise<void>;
  /** An environment variable; undefined when it is not set or empty. */
  variable(name: string): Secret | undefined;
  /** A secret that a person types; undefined where there is no terminal. */
  ask(question: string): Promise<Secret | undefined>;
}
