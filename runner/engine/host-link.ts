import type { Connection, Session, Target, Transport } from "../transport/transport.ts";

/** One host's connection, made when first needed and made again after it was lost. */
export class HostLink {
  readonly target: Target;
  readonly #transport: Transport;
  readonly #lockOwner: string | undefined;
  readonly #signal: AbortSignal;
  #connection: Promise<Connection> | undefined;

  /** With `lockOwner` the host's lock is taken on every connect; check mode has none. */
  constructor(transport: Transport, target: Target, signal: AbortSignal, lockOwner?: string) {
    this.#transport = transport;
    this.target = target;
    this.#signal = signal;
    this.#lockOwner = lockOwner;
  }

  /** The shell of a user. Throws UnreachableError, LockedError. */
  async session(user?: string): Promise<Session> {
    const connection = await this.#connect();
    return connection.session(user);
  }

  async reconnect(): Promise<void> {
    await this.close();
    await this.session();
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

  async #open(): Promise<Connection> {
    const connection = await this.#transport.connect(this.target, this.#signal);
    try {
      if (this.#lockOwner !== undefined) await connection.lock(this.#lockOwner);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }
}
