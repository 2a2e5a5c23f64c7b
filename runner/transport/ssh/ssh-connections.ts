import type { Duplex } from "node:stream";
import { UnreachableError } from "../../errors.ts";
import { createConnection } from "../session/connection.ts";
import { commandLine } from "../session/shell-command.ts";
import type { Connection, Target, Transport } from "../transport.ts";
import { type Credential, collectCredentials } from "./credentials.ts";
import { decryptOnce } from "./decrypt-once.ts";
import { dial } from "./dial.ts";
import { type Endpoint, endpointName } from "./endpoint.ts";
import { createHostVerifier, type HostVerifier } from "./host-verifier.ts";
import { createLimiter } from "./limiter.ts";
import type { AskPassphrase, ParseKey } from "./private-key.ts";
import { createKnownHostsReader } from "./read-known-hosts.ts";
import { defaultRetries, type RetryOptions, withRetries } from "./retry.ts";
import { createRouter } from "./route.ts";
import type { SshClient } from "./ssh-client.ts";
import { within } from "./within.ts";

export interface SshOptions {
  /** For the TCP connection and again for the login, in milliseconds. */
  readonly connectTimeoutMs?: number | undefined;
  /** The path in SSH_AUTH_SOCK; without it no agent is asked. */
  readonly agentSocket?: string | undefined;
  /** Between questions whether the server is there; after three without an answer the link is lost. By default 10 s, or the time-out when that is shorter. */
  readonly keepaliveMs?: number | undefined;
  readonly askPassphrase?: AskPassphrase | undefined;
  /** At most this many connections are being made at a time. */
  readonly dials?: number | undefined;
  readonly retries?: RetryOptions | undefined;
  /** Read by `ssh -G`; by default the user's own `~/.ssh/config`. */
  readonly sshConfigFile?: string | undefined;
}

/** An agent with the public keys it holds, in wire format; `handle` is the SSH library's own. */
export interface Agent {
  readonly handle: unknown;
  readonly keys: readonly Buffer[];
}

/** Everything that one login needs. */
export interface LoginRequest<Parsed> {
  readonly endpoint: Endpoint;
  readonly socket: Duplex;
  readonly verifier: HostVerifier;
  readonly credentials: readonly Credential<Parsed>[];
  readonly agent: Agent | undefined;
  readonly timeoutMs: number;
  readonly keepaliveMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What the SSH library does for us. */
export interface SshLibrary<Parsed> {
  readonly login: (request: LoginRequest<Parsed>) => Promise<SshClient>;
  readonly parse: ParseKey<Parsed>;
  readonly openAgent: (socket: string) => Promise<Agent>;
}

/** Makes connections: hop by hop, with retries, a limit on simultaneous dials, and jump hosts that are shared. */
export class SshConnections<Parsed> implements Transport {
  readonly #library: SshLibrary<Parsed>;
  readonly #options: SshOptions;
  readonly #limit: ReturnType<typeof createLimiter>;
  readonly #route: ReturnType<typeof createRouter>;
  readonly #readKnownHosts = createKnownHostsReader();
  readonly #jumps = new Map<string, Promise<SshClient>>();
  #agent: Promise<Agent | undefined> | undefined;
  readonly #passphrases = new Map<string, Promise<string | undefined>>();

  constructor(library: SshLibrary<Parsed>, options: SshOptions) {
    this.#library = { ...library, parse: decryptOnce(library.parse) };
    this.#options = options;
    this.#limit = createLimiter(options.dials ?? 24);
    this.#route = createRouter(options.sshConfigFile);
  }

  async connect(target: Target, signal?: AbortSignal): Promise<Connection> {
    const hops = await this.#route(target);
    const endpoint = hops.at(-1)!;
    const via = await this.#openJump(hops.slice(0, -1), signal);
    return connectionOver(await this.#open(endpoint, via, signal), target, endpoint, this.#timeoutMs);
  }

  get #timeoutMs(): number {
    return this.#options.connectTimeoutMs ?? 20_000;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#jumps.values());
    this.#jumps.clear();
    await Promise.all(opened.map((jump) => (jump.status === "fulfilled" ? jump.value.close() : undefined)));
  }

  /** One connection to the last of these servers for all targets behind it; a new one when it was lost. */
  async #openJump(hops: readonly Endpoint[], signal?: AbortSignal): Promise<SshClient | undefined> {
    const last = hops.at(-1);
    if (!last) return undefined;
    const key = hops.map(endpointName).join(" ");
    const shared = this.#jumps.get(key);
    const known = await shared?.catch(() => undefined);
    if (known?.alive) return known;
    if (this.#jumps.get(key) === shared) {
      const opening = this.#openJump(hops.slice(0, -1), signal).then((via) => this.#open(last, via, signal));
      this.#jumps.set(key, opening);
    }
    return this.#jumps.get(key)!;
  }

  #open(endpoint: Endpoint, via: SshClient | undefined, signal?: AbortSignal): Promise<SshClient> {
    const attempt = (): Promise<SshClient> => this.#limit(() => this.#attempt(endpoint, via, signal));
    return withRetries(attempt, this.#options.retries ?? defaultRetries, signal);
  }

  async #attempt(endpoint: Endpoint, via: SshClient | undefined, signal?: AbortSignal): Promise<SshClient> {
    const agent = await this.#openAgent();
    const [verifier, credentials] = await Promise.all([
      createHostVerifier(endpoint, this.#readKnownHosts),
      this.#credentials(endpoint, agent),
    ]);
    const timeoutMs = this.#timeoutMs;
    const keepaliveMs = this.#options.keepaliveMs ?? Math.min(10_000, timeoutMs);
    const { host, address, port } = endpoint;
    const socket = via ? await forward(via, endpoint, timeoutMs) : await dial(host, address, port, timeoutMs, signal);
    return this.#library.login({ endpoint, socket, verifier, credentials, agent, timeoutMs, keepaliveMs, signal });
  }

  #credentials(endpoint: Endpoint, agent: Agent | undefined): Promise<Credential<Parsed>[]> {
    const ask = (file: string) => this.#passphraseOf(file);
    return collectCredentials(endpoint, { parse: this.#library.parse, ask, agentKeys: async () => agent?.keys ?? [] });
  }

  /** A person is asked once for a key, however many hosts it opens. */
  #passphraseOf(file: string): Promise<string | undefined> {
    const { askPassphrase = noPassphrase } = this.#options;
    const asked = this.#passphrases.get(file) ?? askPassphrase(file);
    this.#passphrases.set(file, asked);
    return asked;
  }

  #openAgent(): Promise<Agent | undefined> {
    const { agentSocket } = this.#options;
    this.#agent ??= agentSocket
      ? within(AGENT_MS, this.#library.openAgent(agentSocket), () => new Error("no answer")).catch(() => undefined)
      : Promise.resolve(undefined);
    return this.#agent;
  }
}

/** An agent that asks its owner something before it lists its keys is gone on without. */
const AGENT_MS = 10_000;

const connectionOver = (client: SshClient, target: Target, { user }: Endpoint, timeoutMs: number): Connection =>
  createConnection({
    host: target.name,
    loginUser: user,
    become: target.become,
    openShell: async (command) => {
      try {
        const noAnswer = () => new Error(`no answer within ${timeoutMs / 1000} s`);
        return await within(timeoutMs, client.exec(commandLine(command)), noAnswer, (link) => link.destroy());
      } catch (error) {
        throw new UnreachableError(
          target.name,
          "protocol",
          `the server does not start a shell: ${(error as Error).message}`,
          { cause: error },
        );
      }
    },
    close: () => client.close(),
  });

const forward = async (via: SshClient, endpoint: Endpoint, timeoutMs: number): Promise<Duplex> => {
  try {
    const noAnswer = () => new Error(`no answer within ${timeoutMs / 1000} s`);
    return await within(timeoutMs, via.forward(endpoint.address, endpoint.port), noAnswer, (late) => late.destroy());
  } catch (error) {
    throw new UnreachableError(
      endpoint.host,
      "refused",
      `the jump host cannot reach ${endpoint.address}:${endpoint.port}: ${(error as Error).message}`,
      { cause: error },
    );
  }
};

const noPassphrase: AskPassphrase = async () => undefined;
