import { setTimeout as sleep } from "node:timers/promises";
import { LockedError } from "../errors.ts";
import type { Connection, Session, Target, Transport } from "../transport/transport.ts";

/** The host ends what a lost link of this run left, and frees the lock with it: at once, or after a minute of silence. */
const OWN_LOCK_MS = 90_000;
const OWN_LOCK_PAUSE_MS = 500;

/** One host's connection, made when first needed and made again after it was lost. */
export class HostLink {
  readonly target: Target;
  readonly #transport: Transport;
  readonly #lockOwner: string | undefined;
  readonly signal: AbortSignal;
  #connection: Promise<Connection> | undefined;

  /** With `lockOwner` the host's lock is taken on every connect; check mode has none. */
  constructor(transport: Transport, target: Target, signal: AbortSignal, lockOwner?: string) {
    this.#transport = transport;
    this.target = target;
    this.signal = signal;
    this.#lockOwner = lockOwner;
  }

  /** The shell of a user. Throws UnreachableError, LockedError. */
  async session(user?: string): Promise<Session> {
    const connection = await this.#connect();
    return connection.session(user);
  }

  /** A new connection, whatever became of the old one. */
  async reconnect(): Promise<void> {
    await this.close();
    await this.session();
  }

  /** A new connection when this user's shell is gone; other users of a host may be at work over one that lives. */
  async revive(user?: string): Promise<void> {
    const known = this.#connection;
    const lives = await known
      ?.then((open) => open.session(user))
      .then(
        ({ alive }) => alive,
        () => false,
      );
    if (lives) return;
    // Another may have made a new one meanwhile.
    if (this.#connection === known) await this.close();
    await this.session(user);
  }

  /** Never throws: a connection that could not be made needs no closing. */
  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.then((open) => open.close()).catch(() => undefined);
  }

  #connect(): Promise<Connection> {
    this.#connection ??= this.#open().catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  async #open(giveUpAt = performance.now() + OWN_LOCK_MS): Promise<Connection> {
    try {
      return await this.#openOnce();
    } catch (error) {
      if (!this.#isOwnLock(error) || performance.now() > giveUpAt) throw error;
      await sleep(OWN_LOCK_PAUSE_MS, undefined, { signal: this.signal });
      return this.#open(giveUpAt);
    }
  }

  /** Held by an earlier link of this very run. */
  #isOwnLock(error: unknown): boolean {
    return error instanceof LockedError && this.#lockOwner !== undefined && error.message.includes(this.#lockOwner);
  }

  async #openOnce(): Promise<Connection> {
    const connection = await this.#transport.connect(this.target, this.signal);
    try {
      if (this.#lockOwner !== undefined) await connection.lock(this.#lockOwner);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }
}
