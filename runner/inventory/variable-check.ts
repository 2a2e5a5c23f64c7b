import { corrected, nearest } from "../define/nearest.ts";
import { Secret } from "../define/secret.ts";
import type { Problem } from "../errors.ts";
import { connectionSettings, settingOf } from "./connection-settings.ts";
import { type Entry, type ScalarNode, scalarsOf } from "./data-node.ts";
import type { ProblemList } from "./problem-list.ts";

/** Ansible's variables that mean nothing here, and are near in spelling to some that do. */
const IGNORED = new Set([
  "ansible_become_exe",
  "ansible_become_flags",
  "ansible_group_priority",
  "ansible_pipelining",
  "ansible_python_interpreter",
  "ansible_remote_user",
  "ansible_scp_extra_args",
  "ansible_sftp_extra_args",
  "ansible_shell_executable",
  "ansible_shell_type",
  "ansible_ssh_executable",
  "ansible_ssh_pipelining",
  "ansible_ssh_retries",
  "ansible_ssh_timeout",
  "ansible_timeout",
]);

const KNOWN = Object.values(connectionSettings)
  .flatMap<string>(({ names }) => names)
  .filter((name) => name.startsWith("ansible_"));

/** Checks variables where they are written: connection settings, misspelt `ansible_` names, Jinja. */
export function checkVariables(entries: Iterable<Entry>, problems: ProblemList): void {
  for (const entry of entries) for (const problem of flawsOf(entry)) problems.add(problem);
}

function* flawsOf({ key, place, node }: Entry): Generator<Problem> {
  const jinja = [...scalarsOf(node)].find(isJinja);
  if (jinja) {
    yield jinjaProblem(key, jinja);
    return;
  }
  const setting = settingOf.get(key);
  if (setting && node.kind === "scalar" && node.value instanceof Secret) {
    if (!setting.mayBeSecret) yield secretSetting(key, node);
    return;
  }
  const flaw = setting?.flaw(node);
  if (flaw) yield { ...flaw, message: `${key}: ${flaw.message}`, place: node.kind === "map" ? place : node.place };
  const meant = misspelt(key);
  if (meant) yield { code: "INV020", place, ...corrected(`unknown variable "${key}"`, meant, "") };
}

const secretSetting = (key: string, { place }: ScalarNode): Problem => ({
  code: "VLT006",
  place,
  message: `${key} comes from a vault, but how a host is reached is shown everywhere`,
  fix: "keep only its passwords in the vault",
});

function misspelt(key: string): string | undefined {
  if (!key.startsWith("ansible_") || settingOf.has(key) || IGNORED.has(key)) return undefined;
  return nearest(key, KNOWN, 2);
}

const isJinja = ({ value }: ScalarNode): boolean => typeof value === "string" && /\{\{|\{%/.test(value);

const jinjaProblem = (key: string, { place }: ScalarNode): Problem => ({
  code: "INV022",
  place,
  message: `the value of "${key}" is a Jinja template, and values are never evaluated`,
  fix: 'write the value itself, or compute it in the playbook, as in (host) => host.name + ".example.org"',
});
