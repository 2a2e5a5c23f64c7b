import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { UnreachableError } from "../../errors.ts";
import type { Endpoint } from "./endpoint.ts";
import { type AskPassphrase, type ParseKey, type PrivateKey, readPrivateKey } from "./private-key.ts";

/** One thing to try at login, in order. */
export type Credential<Parsed> =
  | { readonly kind: "key"; readonly title: string; readonly key: PrivateKey<Parsed> }
  /** `only`: the public key to use, in wire format; undefined: the agent's first keys. */
  | { readonly kind: "agent"; readonly title: string; readonly only: Buffer | undefined }
  | { readonly kind: "password" | "questions"; readonly title: string; readonly reveal: () => string };

const defaultIdentities = ["id_ed25519", "id_ecdsa", "id_rsa"];

/** Everything that may be offered to this server, the surest first. A key file that was named must be usable; a default one need not be. */
export const collectCredentials = async <Parsed>(
  endpoint: Endpoint,
  tools: {
    readonly parse: ParseKey<Parsed>;
    readonly ask: AskPassphrase;
    readonly agentKeys: () => Promise<readonly Buffer[]>;
  },
): Promise<Credential<Parsed>[]> => {
  const keys = endpoint.identityFiles
    ? await namedKeys(endpoint, endpoint.identityFiles, tools)
    : await defaultKeys(endpoint.host, tools);
  const { password } = endpoint;
  return password ? [...keys, { kind: "password", title: "the password", reveal: password }] : keys;
};

type Tools<Parsed> = Parameters<typeof collectCredentials<Parsed>>[1];

const namedKeys = async <Parsed>(
  endpoint: Endpoint,
  files: readonly string[],
  tools: Tools<Parsed>,
): Promise<Credential<Parsed>[]> => {
  const agentKeys = await tools.agentKeys();
  return Promise.all(
    files.map(async (file): Promise<Credential<Parsed>> => {
      const only = await publicHalf(file);
      if (only && agentKeys.some((key) => key.equals(only)))
        return { kind: "agent", title: `${file} in the agent`, only };
      return { kind: "key", title: file, key: await readPrivateKey(endpoint.host, file, tools.parse, tools.ask) };
    }),
  );
};

const defaultKeys = async <Parsed>(host: string, tools: Tools<Parsed>): Promise<Credential<Parsed>[]> => {
  const agentKeys = await tools.agentKeys();
  const fromAgent: Credential<Parsed>[] =
    agentKeys.length > 0 ? [{ kind: "agent", title: "the agent's keys", only: undefined }] : [];
  const found = await Promise.all(
    defaultIdentities.map(async (name): Promise<Credential<Parsed>[]> => {
      const file = join(homedir(), ".ssh", name);
      const only = await publicHalf(file);
      if (only && agentKeys.some((key) => key.equals(only))) return [];
      const key = await readPrivateKey(host, file, tools.parse, async () => undefined).catch(ignoreUnusable);
      return key ? [{ kind: "key", title: file, key }] : [];
    }),
  );
  return [...fromAgent, ...found.flat()];
};

const ignoreUnusable = (error: unknown): undefined => {
  if (!(error instanceof UnreachableError)) throw error;
};

const publicHalf = async (file: string): Promise<Buffer | undefined> => {
  const text = await readFile(`${file}.pub`, "utf8").catch(() => "");
  const base64 = text.trim().split(/\s+/)[1];
  return base64 ? Buffer.from(base64, "base64") : undefined;
};
