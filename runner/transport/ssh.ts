import type { Duplex } from "node:stream";
import { promisify } from "node:util";
import type { AnyAuthMethod, BaseAgent, Client, ClientChannel, ParsedKey } from "ssh2";
import ssh2 from "ssh2";
import type { ShellLink } from "./session/shell-link.ts";
import { hostKeyAlgorithms, offered, parseOfferLine } from "./ssh/algorithms.ts";
import type { Credential } from "./ssh/credentials.ts";
import { loginError } from "./ssh/login-error.ts";
import { nextCredential } from "./ssh/next-credential.ts";
import type { ParseKey } from "./ssh/private-key.ts";
import type { SshClient } from "./ssh/ssh-client.ts";
import { type Agent, createSshTransport, type LoginRequest, type SshOptions } from "./ssh/ssh-connections.ts";
import type { Transport } from "./transport.ts";

/** Reaches hosts over SSH with ssh2, with strict host keys and modern algorithms only. */
export const sshTransport = (options: SshOptions = {}): Transport =>
  createSshTransport({ login, parse, openAgent }, options);

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

const login = (request: LoginRequest<ParsedKey>): Promise<SshClient> =>
  new Promise((resolve, reject) => {
    const { endpoint, socket, verifier, signal } = request;
    const client = new ssh2.Client();
    const offer: Record<string, string> = {};
    const tried: string[] = [];
    let problem: (Error & { level?: string }) | undefined;
    let sawServer = false;

    const settle = (): void => {
      clearTimeout(deadline);
      signal?.removeEventListener("abort", abort);
    };
    const fail = (): void => {
      settle();
      client.destroy();
      socket.destroy();
      const { message = "closed by the other side", level } = problem ?? {};
      const wrongTypes = /host key format/.test(message) ? verifier.otherTypes(offer["host key format"]) : undefined;
      reject(verifier.refusal() ?? wrongTypes ?? loginError(endpoint, { message, level, offer, tried, sawServer }));
    };
    const abort = (): void => {
      problem = new Error("closed: the connection was given up");
      fail();
    };
    // ssh2's own time-out ends the socket but not every state; `close` may never come.
    const deadline = setTimeout(() => {
      problem = Object.assign(new Error("time-out"), { level: "client-timeout" });
      fail();
    }, request.timeoutMs);

    client.on("error", (error) => {
      problem ??= error;
    });
    client.once("handshake", () => {
      sawServer = true;
    });
    client.once("ready", () => {
      settle();
      client.off("close", fail);
      resolve(openClient(client));
    });
    client.once("close", fail);
    signal?.addEventListener("abort", abort, { once: true });

    const next = nextCredential(request.credentials);
    client.connect({
      sock: socket,
      username: endpoint.user,
      hostVerifier: verifier.verify,
      algorithms: { ...mutable(offered), serverHostKey: hostKeyAlgorithms(verifier.keyTypes) as never[] },
      // A link that says nothing is given up after four of these.
      keepaliveInterval: request.keepaliveMs,
      keepaliveCountMax: 3,
      readyTimeout: 0,
      agentForward: false,
      authHandler: ((left: readonly string[] | null, _partial: boolean) => {
        const credential = next(left ?? undefined);
        if (!credential) return false;
        if (credential !== "none") tried.push(credential.title);
        return authMethod(credential, endpoint.user, request.agent);
      }) as never,
      debug: (line) => {
        const item = parseOfferLine(line);
        if (item) offer[item[0]] = item[1];
      },
    });
  });

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
