import type { Readable, Writable } from "node:stream";

/** A running shell on the other side, however it was reached: an SSH channel or a local process. */
export interface ShellLink {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles once, with the reason, when the shell or the way to it is gone. Never rejects. */
  readonly closed: Promise<string>;
  /** Drops the link at once. */
  destroy(): void;
}
