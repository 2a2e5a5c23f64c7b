import { type DataNode, describe } from "./data-node.ts";
import { addressFlaw, type Flaw, userFlaw } from "./names.ts";
import { shown } from "./secret-names.ts";
import { readSshArguments } from "./ssh-arguments.ts";

/** One setting of how a host is reached: the variables that give it, the strongest first, and what is wrong with a value. */
interface Setting {
  readonly names: readonly string[];
  readonly flaw: (node: DataNode) => Flaw | undefined;
  readonly mayBeSecret?: boolean;
}

/** Variables that say how a host is reached: Ansible's names, then our short ones. */
export const connectionSettings = {
  host: { names: ["ansible_host", "ansible_ssh_host", "host"], flaw: text(addressFlaw, "INV008") },
  port: { names: ["ansible_port", "ansible_ssh_port", "port"], flaw: portFlaw },
  user: { names: ["ansible_user", "ansible_ssh_user", "user"], flaw: text(userFlaw, "INV010") },
  password: {
    names: ["ansible_password", "ansible_ssh_password", "ansible_ssh_pass", "password"],
    flaw: text(),
    mayBeSecret: true,
  },
  privateKeyFile: {
    names: ["ansible_ssh_private_key_file", "ansible_private_key_file", "private_key_file"],
    flaw: text(),
  },
  knownHostsFile: { names: ["ansible_known_hosts_file", "known_hosts_file"], flaw: text() },
  connection: { names: ["ansible_connection", "connection"], flaw: text(connectionFlaw) },
  become: { names: ["ansible_become", "become"], flaw: booleanFlaw },
  becomeUser: { names: ["ansible_become_user", "become_user"], flaw: text(userFlaw, "INV010") },
  becomeMethod: { names: ["ansible_become_method", "become_method"], flaw: text(methodFlaw) },
  becomePassword: {
    names: ["ansible_become_password", "ansible_become_pass", "become_password"],
    flaw: text(),
    mayBeSecret: true,
  },
  proxyJump: { names: ["proxy_jump"], flaw: text() },
  sshArguments: {
    names: ["ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_ssh_args"],
    flaw: text(sshArgumentsFlaw, "INV024", true),
  },
  alias: { names: ["alias"], flaw: booleanFlaw },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof connectionSettings;

/** The setting that a variable gives. */
export const settingOf: ReadonlyMap<string, Setting> = new Map(
  Object.values<Setting>(connectionSettings).flatMap((setting) => setting.names.map((name) => [name, setting])),
);

/** True and false as YAML 1.1 wrote them, because Ansible reads these words so; undefined for anything else. */
export function readBoolean(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  const word = String(value).toLowerCase();
  if (["yes", "on", "true", "1"].includes(word)) return true;
  return ["no", "off", "false", "0"].includes(word) ? false : undefined;
}

/** A check that a value is a text, not empty unless allowed, and then one of its content. */
function text(inner?: (value: string) => Flaw | undefined, code = "INV024", mayBeEmpty = false) {
  return (node: DataNode): Flaw | undefined => {
    const value = node.kind === "scalar" ? textOf(node.value, node.written) : undefined;
    if (value === undefined)
      return {
        code,
        message: `expected a text, got ${describe(node)}`,
        fix: "write a text, in quotes if it looks like a number",
      };
    if (value === "" && !mayBeEmpty)
      return { code, message: "the value is empty", fix: "write a value or leave the variable out" };
    return inner?.(value);
  };
}

const textOf = (value: unknown, written: string): string | undefined =>
  typeof value === "string" ? value : typeof value === "number" ? written : undefined;

function portFlaw(node: DataNode): Flaw | undefined {
  const value = node.kind === "scalar" ? node.value : undefined;
  const port = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65535) return undefined;
  const got = node.kind === "scalar" ? shown(value, false) : describe(node);
  return {
    code: "INV009",
    message: `a port must be an integer from 1 to 65535 (got ${got})`,
    fix: "write a number such as 22",
  };
}

function booleanFlaw(node: DataNode): Flaw | undefined {
  if (node.kind === "scalar" && readBoolean(node.value) !== undefined) return undefined;
  return { code: "VAR002", message: `expected true or false, got ${describe(node)}`, fix: "write true or false" };
}

function connectionFlaw(connection: string): Flaw | undefined {
  if (
    ["ssh", "smart", "paramiko", "paramiko_ssh", "local", "ansible.builtin.ssh", "ansible.builtin.local"].includes(
      connection,
    )
  )
    return undefined;
  return {
    code: "INV024",
    message: `the connection ${shown(connection, false)} is not supported`,
    fix: "use ssh or local",
  };
}

function methodFlaw(method: string): Flaw | undefined {
  if (["sudo", "su", "ansible.builtin.sudo", "ansible.builtin.su"].includes(method)) return undefined;
  return {
    code: "INV024",
    message: `the become method ${shown(method, false)} is not supported`,
    fix: "use sudo or su",
  };
}

function sshArgumentsFlaw(value: string): Flaw | undefined {
  const read = readSshArguments(value);
  if (!("unsupported" in read)) return undefined;
  return {
    code: "INV024",
    message: `of ssh's arguments only ProxyJump is understood, not ${shown(read.unsupported, false)}`,
    fix: read.fix,
  };
}
