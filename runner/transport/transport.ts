/**
 * What the engine needs from a way to reach hosts. The engine knows this file only; `ssh.ts` and `local.ts` are two ways,
 * `runner/testing` has a third that lives in memory.
 */

/** How a host is reached and who we become there; made from the inventory, ssh_config and flags. */
export interface Target {
  /** The inventory's name; used in every message. */
  readonly name: string;
  readonly connection: "ssh" | "local";
  /** Host name or IP address to dial. */
  readonly address: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly password?: Reveal | undefined;
  readonly privateKeyFile?: string | undefined;
  readonly knownHostsFile?: string | undefined;
  readonly proxyJump?: string | undefined;
  /** Whom the session runs as; undefined: the login user. */
  readonly become?: Become | undefined;
}

export interface Become {
  readonly method: "sudo" | "su";
  readonly user: string;
  readonly password?: Reveal | undefined;
}

/** A secret is handed over as a function, so that no object that is printed or logged can contain it. */
export type Reveal = () => string;

/** Bytes to feed to a script: in memory, or a local file that is streamed. */
export type Bytes = Uint8Array | StreamedFile;

export interface StreamedFile {
  readonly file: string;
  /** The exact size of the file, or of the part of it that is meant. */
  readonly sizeBytes: number;
  /** Where that part begins; without it the whole file is meant. */
  readonly offset?: number | undefined;
}

/** One shell script (POSIX sh). It runs in a process group of its own, in `/`, with LC_ALL=C and umask 077. */
export interface Script {
  /** The script's text. Never contains a secret: it may be visible in the host's process list. */
  readonly text: string;
  /** The whole standard input; without it standard input is /dev/null. */
  readonly stdin?: Bytes | undefined;
  /** Environment variables; they travel inside the session, never in an argument list. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** After this the whole process group is ended (TERM, then KILL) and the result says `timedOut`. */
  readonly timeoutMs: number;
  /** Of each of stdout and stderr at most this many bytes are kept: the first and the last half. The rest is drained and counted. */
  readonly capBytes: number;
  /** Hears its output as it comes. */
  readonly onOutput?: ((stream: "stdout" | "stderr", bytes: Uint8Array) => void) | undefined;
  /** When this script fails (exit code not 0, or timed out), the following scripts of the bundle are not started. */
  readonly stopOnFailure: boolean;
}

export interface ScriptResult {
  /** Undefined when the script was not started because an earlier one of the bundle failed. */
  readonly exitCode: number | undefined;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** Bytes that were cut out of the middle because of `capBytes`. */
  readonly droppedBytes: number;
  readonly timedOut: boolean;
  readonly durationMs: number;
}

/**
 * The link was lost while a bundle was under way.
 * `results` are the scripts whose end is known; the one after them may or may not have happened; later ones were perhaps sent.
 */
export class LinkLostError extends Error {
  readonly host: string;
  readonly results: readonly ScriptResult[];

  constructor(host: string, message: string, results: readonly ScriptResult[], cause?: unknown) {
    super(message, { cause });
    this.name = "LinkLostError";
    this.host = host;
    this.results = results;
  }
}

/** One long-lived shell on a host, as one user. */
export interface Session {
  /** Sends all scripts ahead as one write and runs them in order: one round trip. Throws LinkLostError. `onResult` hears of each end as it comes. */
  run(
    scripts: readonly Script[],
    onResult?: (index: number, result: ScriptResult) => void,
  ): Promise<readonly ScriptResult[]>;
  /** False once the link is gone; then connect again. */
  readonly alive: boolean;
}

/** One connection to one host, with a shell for each user that is asked for. */
export interface Connection {
  /** The shell of this user; undefined: the target's own (`become` applied). Throws UnreachableError. */
  session(user?: string): Promise<Session>;
  /**
   * Takes the host's exclusive lock for as long as this connection lives (flock, held by the default session's shell, not by its children).
   * Throws LockedError that names the holder (`owner` is what the holder gave). Costs no round trip of its own when called before the first `run`.
   */
  lock(owner: string): Promise<void>;
  close(): Promise<void>;
}

export interface Transport {
  /** Throws UnreachableError; retries what is safe to retry with backoff. */
  connect(target: Target, signal?: AbortSignal): Promise<Connection>;
  /** Closes what is shared between connections (jump hosts). */
  close(): Promise<void>;
}
