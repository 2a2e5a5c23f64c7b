import { existsSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { UnreachableError } from "../../errors.ts";
import type { Target } from "../transport.ts";
import { type Endpoint, endpointName } from "./endpoint.ts";
import { type Jump, parseJumps } from "./jump.ts";
import { createSshConfig, type HostSettings } from "./ssh-config.ts";

const userFiles = [join(homedir(), ".ssh", "known_hosts"), join(homedir(), ".ssh", "known_hosts2")];
const systemFiles = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"];
const longestRoute = 8;

/** Finds the servers on the way to a target, the target last. The inventory's values win over ssh_config's. Throws UnreachableError. */
export const createRouter = (sshConfigFile: string | undefined): ((target: Target) => Promise<readonly Endpoint[]>) => {
  const lookUp = createSshConfig(sshConfigFile);

  const jumpRoute = async (target: Target, jumps: readonly Jump[], depth: number): Promise<Endpoint[]> => {
    if (depth > longestRoute) throw loop(target, `more than ${longestRoute} jump hosts`);
    const [first, ...rest] = jumps;
    if (!first) return [];
    const settings = await settle(target, first.name, first.user);
    const before = await jumpRoute(target, parseJumps(target.name, settings.proxyJump), depth + 1);
    const others = await Promise.all(
      rest.map(async (jump) => jumpEndpoint(target, jump, await settle(target, jump.name, jump.user))),
    );
    return [...before, jumpEndpoint(target, first, settings), ...others];
  };

  const settle = async (target: Target, name: string, user: string | undefined): Promise<HostSettings> => {
    const settings = await lookUp(target.name, name, user);
    if (settings.proxyCommand === undefined) return settings;
    throw new UnreachableError(
      target.name,
      "protocol",
      `ssh_config gives ${name} a ProxyCommand, which is not supported`,
      {
        fix: "use ProxyJump instead",
      },
    );
  };

  return async (target) => {
    const settings = await settle(target, target.address, target.user);
    const proxyJump = target.proxyJump ?? settings.proxyJump;
    const route = [
      ...(await jumpRoute(target, parseJumps(target.name, proxyJump), 0)),
      targetEndpoint(target, settings),
    ];
    refuseLoop(target, route);
    return route;
  };
};

const targetEndpoint = (target: Target, settings: HostSettings): Endpoint => ({
  host: target.name,
  address: settings.address,
  port: target.port ?? settings.port ?? 22,
  user: target.user ?? settings.user ?? userInfo().username,
  password: target.password,
  identityFiles: target.privateKeyFile ? [target.privateKeyFile] : existing(settings.identityFiles),
  knownHostsFiles: knownHostsFiles(target, settings),
});

// The target's key is offered to its jump hosts too, unless ssh_config names another; its password is not.
const jumpEndpoint = (target: Target, jump: Jump, settings: HostSettings): Endpoint => ({
  host: target.name,
  address: settings.address,
  port: jump.port ?? settings.port ?? 22,
  user: jump.user ?? settings.user ?? userInfo().username,
  password: undefined,
  identityFiles: existing(settings.identityFiles) ?? (target.privateKeyFile ? [target.privateKeyFile] : undefined),
  knownHostsFiles: knownHostsFiles(target, settings),
});

const knownHostsFiles = (target: Target, settings: HostSettings): string[] =>
  target.knownHostsFile
    ? [target.knownHostsFile, ...systemFiles]
    : [...(settings.knownHostsFiles ?? [...userFiles, ...systemFiles])];

// As OpenSSH does, what ssh_config names and nobody made is passed over.
const existing = (files: readonly string[] | undefined): string[] | undefined => {
  const found = files?.filter((file) => existsSync(file)) ?? [];
  return found.length > 0 ? found : undefined;
};

const refuseLoop = (target: Target, route: readonly Endpoint[]): void => {
  const names = route.map(({ address, port }) => `${address}:${port}`);
  if (new Set(names).size < names.length) throw loop(target, route.map(endpointName).join(" -> "));
};

const loop = (target: Target, what: string): UnreachableError =>
  new UnreachableError(target.name, "protocol", `HK011: the way over the jump hosts goes in a circle: ${what}`, {
    fix: "correct ProxyJump",
  });
