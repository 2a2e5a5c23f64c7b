import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { UnreachableError } from "../../errors.ts";

/** What ssh_config(5) says about one host; what it does not say is undefined. */
export interface HostSettings {
  readonly address: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly identityFiles?: readonly string[] | undefined;
  readonly knownHostsFiles?: readonly string[] | undefined;
  readonly proxyJump?: string | undefined;
  readonly proxyCommand?: string | undefined;
}

/** Looks a host name up; each name is asked for once. */
export type LookUp = (host: string, name: string, user: string | undefined) => Promise<HostSettings>;

/**
 * Lets OpenSSH's own client read its configuration (`ssh -G`, about 8 ms): Include, Match and tokens come out right.
 * Without a configuration file of the user nothing is run.
 */
export const createSshConfig = (file: string | undefined): LookUp => {
  const answers = new Map<string, Promise<HostSettings>>();
  return async (host, name, user) => {
    if (!(await exists(file ?? join(homedir(), ".ssh", "config")))) return { address: name };
    const key = `${user ?? ""}@${name}`;
    const answer = answers.get(key) ?? ask(host, name, user, file);
    answers.set(key, answer);
    return answer;
  };
};

const ask = async (
  host: string,
  name: string,
  user: string | undefined,
  file: string | undefined,
): Promise<HostSettings> => {
  const flags = [...(file ? ["-F", file] : []), ...(user ? ["-l", user] : [])];
  try {
    const { stdout } = await promisify(execFile)("ssh", ["-G", ...flags, "--", name], { timeout: 10_000 });
    return parseSettings(stdout, homedir());
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    const why =
      code === "ENOENT"
        ? "the ssh client that reads it is not installed"
        : `ssh -G failed: ${String(stderr ?? error)
            .trim()
            .split("\n")
            .at(-1)}`;
    throw new UnreachableError(host, "protocol", `~/.ssh/config cannot be used: ${why}`, {
      fix: "install openssh-client, or mend the file",
      cause: error,
    });
  }
};

/** Reads what `ssh -G` prints. OpenSSH's defaults count as not said. */
export const parseSettings = (text: string, home: string): HostSettings => {
  const values = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    if (space < 0) continue;
    const key = line.slice(0, space);
    values.set(key, [...(values.get(key) ?? []), line.slice(space + 1)]);
  }
  const one = (key: string): string | undefined => values.get(key)?.find((value) => value !== "none");
  const paths = (words: readonly string[] = []): string[] =>
    words.map((path) => expand(path, home, one("hostname") ?? "", one("user") ?? ""));
  const identityFiles = paths(values.get("identityfile")).filter((path) => !isDefaultIdentity(path, home));
  return {
    address: one("hostname") ?? "",
    port: Number(one("port") ?? 22),
    user: one("user"),
    identityFiles: identityFiles.length > 0 ? identityFiles : undefined,
    knownHostsFiles: paths(
      `${one("userknownhostsfile") ?? ""} ${one("globalknownhostsfile") ?? ""}`.split(" ").filter(Boolean),
    ),
    proxyJump: one("proxyjump"),
    proxyCommand: one("proxycommand"),
  };
};

const expand = (path: string, home: string, host: string, user: string): string =>
  path
    .replace(/^~(?=\/)/, home)
    .replace(/%([dhr%])/g, (_, token: string) => ({ d: home, h: host, r: user })[token] ?? "%");

const isDefaultIdentity = (path: string, home: string): boolean =>
  ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss", "id_dsa"].some(
    (name) => path === join(home, ".ssh", name),
  );

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
