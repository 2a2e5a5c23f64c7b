import { noSuchHost } from "./known-lab.ts";
import type { Lab } from "./lab.ts";

/**
 * An inventory in Ansible's YAML form with the hosts of a lab in these groups, ready for `ts-play -i`.
 * `vars` become variables of all hosts. Throws InputError for a host that the lab does not have.
 */
export function labInventory(
  lab: Lab,
  groups: Readonly<Record<string, readonly string[]>>,
  vars: Readonly<Record<string, string>> = {},
): string {
  const common = {
    ansible_user: "root",
    ansible_ssh_private_key_file: lab.privateKeyFile,
    known_hosts_file: lab.knownHostsFile,
    ...vars,
  };
  return lines([
    "all:",
    "  vars:",
    ...Object.entries(common).map(([name, value]) => `    ${name}: ${scalar(value)}`),
    "  children:",
    ...Object.entries(groups).flatMap(([group, names]) => [
      `    ${group}:`,
      "      hosts:",
      ...names.map((name) => `        ${name}: { ansible_host: ${scalar(addressOf(lab, name))} }`),
    ]),
  ]);
}

function addressOf(lab: Lab, name: string): string {
  const host = lab.hosts.find((candidate) => candidate.name === name);
  if (host === undefined) {
    throw noSuchHost(lab, name);
  }
  return host.address;
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

/** JSON strings are YAML scalars; plain ones are easier to read, unless YAML takes them for a number or a word of its own. */
const scalar = (value: string): string => (isPlain(value) ? value : JSON.stringify(value));

const isPlain = (value: string): boolean =>
  /^[a-z_/][\w./-]*$/i.test(value) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(value);
