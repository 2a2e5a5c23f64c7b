import type { Duplex } from "node:stream";
import { UnreachableError } from "../../errors.ts";
import { createConnection } from "../session/connection.ts";
import { commandLine } from "../session/shell-command.ts";
import type { Connection, Target, Transport } from "../transport.ts";
import { type Credential, collectCredentials } from "./credentials.ts";
import { dial } from "./dial.ts";
import { type Endpoint, endpointName } from "./endpoint.ts";
import { createHostVerifier, type HostVerifier } from "./host-verifier.ts";
import { createLimiter } from "./limiter.ts";
import type { AskPassphrase, ParseKey } from "./private-key.ts";
import { defaultRetries, type RetryOptions, withRetries } from "./retry.ts";
import { createRouter } from "./route.ts";
import type { SshClient } from "./ssh-client.ts";

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

/** Makes connections: route by route, hop by hop, with retries, a limit on simultaneous dials, and jump hosts that are shared. */
export const createSshTransport = <Parsed>(library: SshLibrary<Parsed>, options: SshOptions): Transport => {
  const limit = createLimiter(options.dials ?? 24);
  const router = createRouter(options.sshConfigFile);
  const timeoutMs = options.connectTimeoutMs ?? 20_000;
  const keepaliveMs = options.keepaliveMs ?? Math.min(10_000, timeoutMs);
  const jumps = new Map<string, Promise<SshClient>>();
  const parse = library.parse;
  let agent: Promise<Agent | undefined> | undefined;

  const openAgent = (): Promise<Agent | undefined> => {
    agent ??= options.agentSocket
      ? library.openAgent(options.agentSocket).catch(() => undefined)
      : Promise.resolve(undefined);
    return agent;
  };

  const attempt = async (endpoint: Endpoint, via: SshClient | undefined, signal?: AbortSignal): Promise<SshClient> => {
    const opened = await openAgent();
    const tools = { parse, ask: options.askPassphrase ?? noPassphrase, agentKeys: async () => opened?.keys ?? [] };
    const [verifier, credentials] = await Promise.all([
      createHostVerifier(endpoint),
      collectCredentials(endpoint, tools),
    ]);
    const socket = via
      ? await forward(via, endpoint)
      : await dial(endpoint.host, endpoint.address, endpoint.port, timeoutMs, signal);
    return library.login({ endpoint, socket, verifier, credentials, agent: opened, timeoutMs, keepaliveMs, signal });
  };

  const openEndpoint = (endpoint: Endpoint, via: SshClient | undefined, signal?: AbortSignal): Promise<SshClient> =>
    withRetries(() => limit(() => attempt(endpoint, via, signal)), options.retries ?? defaultRetries, signal);

  const openJump = async (
    hops: readonly Endpoint[],
    host: string,
    signal?: AbortSignal,
  ): Promise<SshClient | undefined> => {
    const last = hops.at(-1);
    if (!last) return undefined;
    const key = hops.map(endpointName).join(" ");
    const shared = jumps.get(key);
    const known = await shared?.catch(() => undefined);
    if (known?.alive) return known;
    if (jumps.get(key) === shared) {
      jumps.set(
        key,
        openJump(hops.slice(0, -1), host, signal).then((via) => openEndpoint({ ...last, host }, via, signal)),
      );
    }
    return jumps.get(key)!;
  };

  return {
    async connect(target, signal) {
      const hops = await router(target);
      const endpoint = hops.at(-1)!;
      const via = await openJump(hops.slice(0, -1), target.name, signal);
      return connectionOver(await openEndpoint(endpoint, via, signal), target, endpoint);
    },
    async close() {
      const opened = await Promise.allSettled(jumps.values());
      jumps.clear();
      await Promise.all(opened.map((jump) => (jump.status === "fulfilled" ? jump.value.close() : undefined)));
    },
  };
};

const connectionOver = (client: SshClient, target: Target, { user }: Endpoint): Connection =>
  createConnection({
    host: target.name,
    loginUser: user,
    become: target.become,
    openShell: async (command) => {
      try {
        return await client.exec(commandLine(command));
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

const forward = async (via: SshClient, endpoint: Endpoint): Promise<Duplex> => {
  try {
    return await via.forward(endpoint.address, endpoint.port);
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
