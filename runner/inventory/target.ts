import { homedir } from "node:os";
import { reveal, Secret } from "../define/secret.ts";
import type { Become, Reveal, Target } from "../transport/transport.ts";
import { connectionSettings, readBoolean, type SettingName } from "./connection-settings.ts";
import type { Inventory, InventoryHost, ResolvedVar } from "./inventory.ts";
import { readSshArguments } from "./ssh-arguments.ts";

/** What the command line says about connections. It wins over the inventory, but a host's own passwords win over a prompt's. */
export interface TargetFlags {
  readonly user?: string | undefined;
  readonly privateKeyFile?: string | undefined;
  readonly become?: boolean | undefined;
  readonly becomePassword?: Reveal | undefined;
  readonly password?: Reveal | undefined;
  readonly knownHostsFile?: string | undefined;
  readonly connection?: "ssh" | "local" | undefined;
}

/** How a host is reached, from its variables and the command line; `loadInventory` has checked the values. */
export function targetOf(host: InventoryHost, _inventory: Inventory, flags: TargetFlags = {}): Target {
  return Object.freeze({
    name: host.name,
    connection: flags.connection ?? connectionOf(host),
    address: addressOf(host),
    port: portOf(host),
    user: flags.user ?? text(host, "user"),
    password: secret(host, "password") ?? flags.password,
    privateKeyFile: fromHome(flags.privateKeyFile ?? text(host, "privateKeyFile")),
    knownHostsFile: fromHome(flags.knownHostsFile ?? text(host, "knownHostsFile")),
    proxyJump: proxyJumpOf(host),
    become: becomeOf(host, flags),
  });
}

/** The address to dial: the host's own name unless a variable says otherwise. */
export const addressOf = (host: InventoryHost): string => text(host, "host") ?? host.name;

/** The port to dial; undefined leaves it to ssh_config. */
export function portOf(host: InventoryHost): number | undefined {
  const port = text(host, "port");
  return port === undefined ? undefined : Number(port);
}

/** `ssh` unless the host says `local`. */
export const connectionOf = (host: InventoryHost): "ssh" | "local" =>
  text(host, "connection")?.endsWith("local") ? "local" : "ssh";

/** The jump host, from `proxy_jump` or Ansible's ssh arguments. */
export function proxyJumpOf(host: InventoryHost): string | undefined {
  const read = readSshArguments(text(host, "sshArguments") ?? "");
  return text(host, "proxyJump") ?? ("proxyJump" in read ? read.proxyJump : undefined);
}

/** The variable that decides a setting: the first of its names that the host has. */
export function settingVar(host: InventoryHost, setting: SettingName): ResolvedVar | undefined {
  const name = connectionSettings[setting].names.find((candidate) => host.vars.has(candidate));
  return name === undefined ? undefined : host.vars.get(name);
}

function becomeOf(host: InventoryHost, flags: TargetFlags): Become | undefined {
  const wanted = flags.become ?? readBoolean(settingVar(host, "become")?.value ?? false);
  if (!wanted) return undefined;
  const method = text(host, "becomeMethod")?.endsWith("su") ? "su" : "sudo";
  return Object.freeze({
    method,
    user: text(host, "becomeUser") ?? "root",
    password: secret(host, "becomePassword") ?? flags.becomePassword,
  });
}

/** A text as it was written, so that a password of digits keeps its zeros. */
function text(host: InventoryHost, setting: SettingName): string | undefined {
  const found = settingVar(host, setting);
  if (found?.node.kind !== "scalar") return undefined;
  const { value, written } = found.node;
  if (value instanceof Secret) return reveal(value);
  return typeof value === "string" ? value : written;
}

function secret(host: InventoryHost, setting: SettingName): Reveal | undefined {
  const value = text(host, setting);
  return value === undefined ? undefined : () => value;
}

const fromHome = (path: string | undefined): string | undefined => path?.replace(/^~(?=\/|$)/, homedir());
