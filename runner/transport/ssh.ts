import type { Duplex } from "node:stream";
import { promisify } from "node:util";
import type { AnyAuthMethod, BaseAgent, Client, ClientChannel, ConnectConfig, ParsedKey } from "ssh2";
import ssh2 from "ssh2";
import type { UnreachableError } from "../errors.ts";
import type { ShellLink } from "./session/shell-link.ts";
import { hostKeyAlgorithms, offered, parseOfferLine } from "./ssh/algorithms.ts";
import type { Credential } from "./ssh/credentials.ts";
import { loginError } from "./ssh/login-error.ts";
import { nextCredential } from "./ssh/next-credential.ts";
import type { ParseKey } from "./ssh/private-key.ts";
import type { SshClient } from "./ssh/ssh-client.ts";
import { type Agent, type LoginRequest, SshConnections, type SshOptions } from "./ssh/ssh-connections.ts";
import type { Transport } from "./transport.ts";

/** Reaches hosts over SSH with ssh2, with strict host keys and modern algorithms only. */
export const sshTransport = (options: SshOptions = {}): Transport =>
  new SshConnections({ login, parse, openAgent }, options);

const parse: ParseKey<ParsedKey> = (bytes, passphrase) => {
  const parsed = ssh2.utils.parseKey(bytes, passphrase) as ParsedKey | ParsedKey[] | Error;
  const key = Array.isArray(parsed) ? parsed[0]! : parsed;
  if (key instanceof Error) return key;
  if (!key.isPrivateKey()) return new Error("not a private key");
  return { parsed: key, publicKey: key.getPublicSSH(), type: key.type };
};

const openAgent = async (socket: string): Promise<Agent> => {
  const agent = ssh2.createAgent(socket);
  const list = promisify(agent.getIdentities.bind(agent)) as () => Promise<(ParsedKey | Buffer | string)[] | undefined>;
  const keys = ((await list()) ?? [])
    .map((key) => ssh2.utils.parseKey(key as Buffer))
    .filter((key): key is ParsedKey => !(key instanceof Error));
  return { handle: agent, keys: keys.map((key) => key.getPublicSSH()) };
};

/** Offers only some of an agent's keys: servers close the door after a few wrong ones. */
const withKeys = (agent: BaseAgent, keys: readonly Buffer[]): BaseAgent => {
  const parsed = keys.map((key) => ssh2.utils.parseKey(key)).filter((key): key is ParsedKey => !(key instanceof Error));
  const getIdentities: BaseAgent["getIdentities"] = (callback) => callback(null, parsed);
  return Object.assign(Object.create(agent) as BaseAgent, { getIdentities });
};

const login = (request: LoginRequest<ParsedKey>): Promise<SshClient> => new Login(request).outcome;

/** One attempt to log in. It ends with a client or with the reason; of ssh2's events only `ready` and `close` are taken for an end. */
class Login {
  readonly outcome: Promise<SshClient>;
  readonly #request: LoginRequest<ParsedKey>;
  readonly #client = new ssh2.Client();
  readonly #offer: Record<string, string> = {};
  readonly #tried: string[] = [];
  readonly #deadline: NodeJS.Timeout;
  #reject: (error: UnreachableError) => void = () => undefined;
  #problem: (Error & { level?: string }) | undefined;
  #sawServer = false;

  constructor(request: LoginRequest<ParsedKey>) {
    this.#request = request;
    this.outcome = new Promise((resolve, reject) => {
      this.#reject = reject;
      this.#client.once("ready", () => {
        this.#settle();
        resolve(openClient(this.#client));
      });
    });
    // ssh2's own time-out ends the socket but not every state; `close` may never come.
    this.#deadline = setTimeout(() => this.#give("time-out", "client-timeout"), request.timeoutMs);
    this.#listen();
    this.#client.connect(this.#configuration());
  }

  #listen(): void {
    this.#client.on("error", (error) => {
      this.#problem ??= error;
    });
    this.#client.once("handshake", () => {
      this.#sawServer = true;
    });
    this.#client.once("close", this.#fail);
    this.#request.signal?.addEventListener("abort", this.#abort, { once: true });
    if (this.#request.signal?.aborted) this.#abort();
  }

  readonly #abort = (): void => this.#give("closed: the connection was given up", undefined);

  #give(message: string, level: string | undefined): void {
    this.#problem = Object.assign(new Error(message), level === undefined ? {} : { level });
    this.#fail();
  }

  #settle(): void {
    clearTimeout(this.#deadline);
    this.#request.signal?.removeEventListener("abort", this.#abort);
    this.#client.off("close", this.#fail);
  }

  readonly #fail = (): void => {
    this.#settle();
    this.#client.destroy();
    this.#request.socket.destroy();
    const { verifier, endpoint } = this.#request;
    const { message = "closed by the other side", level } = this.#problem ?? {};
    const wrongTypes = /host key format/.test(message)
      ? verifier.otherTypes(this.#offer["host key format"])
      : undefined;
    const failure = { message, level, offer: this.#offer, tried: this.#tried, sawServer: this.#sawServer };
    this.#reject(verifier.refusal() ?? wrongTypes ?? loginError(endpoint, failure));
  };

  #configuration(): ConnectConfig {
    const { endpoint, socket, verifier, keepaliveMs } = this.#request;
    return {
      sock: socket,
      username: endpoint.user,
      hostVerifier: verifier.verify,
      algorithms: { ...mutable(offered), serverHostKey: hostKeyAlgorithms(verifier.keyTypes) as never[] },
      // A link that says nothing is given up after four of these.
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: 3,
      readyTimeout: 0,
      agentForward: false,
      authHandler: this.#authHandler() as never,
      debug: (line) => {
        const item = parseOfferLine(line);
        if (item) this.#offer[item[0]] = item[1];
      },
    };
  }

  #authHandler(): (left: readonly string[] | null) => AnyAuthMethod | false {
    const next = nextCredential(this.#request.credentials);
    return (left) => {
      const credential = next(left ?? undefined);
      if (!credential) return false;
      if (credential !== "none") this.#tried.push(credential.title);
      return authMethod(credential, this.#request.endpoint.user, this.#request.agent);
    };
  }
}

const mutable = ({ kex, cipher, hmac, compress }: typeof offered) => ({
  kex: [...kex],
  cipher: [...cipher],
  hmac: [...hmac],
  compress: [...compress],
});

const authMethod = (
  credential: Credential<ParsedKey> | "none",
  username: string,
  agent: Agent | undefined,
): AnyAuthMethod => {
  if (credential === "none") return { type: "none", username };
  if (credential.kind === "key") return { type: "publickey", username, key: credential.key.parsed };
  if (credential.kind === "agent") {
    const keys = credential.only ? [credential.only] : agent!.keys.slice(0, agentKeyLimit);
    return { type: "agent", username, agent: withKeys(agent!.handle as BaseAgent, keys) };
  }
  if (credential.kind === "password") return { type: "password", username, password: credential.reveal() };
  // Anything but one hidden question is not the question for the password.
  return {
    type: "keyboard-interactive",
    username,
    prompt: (_name, _instructions, _language, prompts, answer) =>
      answer(prompts.length === 1 && prompts[0]!.echo !== true ? [credential.reveal()] : []),
  };
};

// sshd allows six tries (MaxAuthTries), and key files may follow.
const agentKeyLimit = 4;

const closeMs = 2_000;

const openClient = (client: Client): SshClient => {
  let alive = true;
  let broken: string | undefined;
  client.on("error", (error) => {
    broken ??= `the connection broke: ${error.message}`;
  });
  const closed = new Promise<void>((resolve) => {
    client.once("close", () => {
      alive = false;
      resolve();
    });
  });
  return {
    get alive() {
      return alive;
    },
    exec: async (commandLine) => {
      const channel = await promisify<string, ClientChannel>(client.exec.bind(client))(commandLine);
      return channelLink(channel, closed, () => broken);
    },
    forward: (address, port) =>
      promisify<string, number, string, number, ClientChannel>(client.forwardOut.bind(client))(
        "127.0.0.1",
        0,
        address,
        port,
      ) as Promise<Duplex>,
    async close() {
      client.end();
      const timer = setTimeout(() => client.destroy(), closeMs);
      await closed;
      clearTimeout(timer);
    },
  };
};

const channelLink = (
  channel: ClientChannel,
  connectionClosed: Promise<void>,
  broken: () => string | undefined,
): ShellLink => {
  let exit: string | undefined;
  channel.on("exit", (code: number | null, signal?: string) => {
    exit = code === null ? `the shell was ended by ${signal}` : `the shell ended with exit code ${code}`;
  });
  channel.on("error", () => undefined);
  const channelClosed = new Promise<void>((resolve) => {
    channel.once("close", () => resolve());
  });
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    closed: Promise.race([connectionClosed, channelClosed]).then(() => exit ?? broken() ?? "the connection was closed"),
    destroy: () => {
      channel.close();
      channel.resume();
      channel.stderr.resume();
    },
  };
};
