import type { Problem } from "../errors.ts";

const BY_SSH_CONFIG = "ts-play reads ~/.ssh/config: write it there";

/** Flags of other tools, above all of Ansible, and what stands for them here. */
const instead: Readonly<Record<string, string>> = {
  "--become-user": "set ansible_become_user in the inventory, or becomeUser on a task",
  "--become-method": "set ansible_become_method in the inventory",
  "-m": "there are only playbooks: write a role with command({ ... })",
  "--module-name": "there are only playbooks: write a role with command({ ... })",
  "-a": "there are only playbooks: write a role with command({ ... })",
  "--args": "there are only playbooks: write a role with command({ ... })",
  "--list-tags": "--list-tasks shows the tags of each task",
  "--syntax-check": "--list-tasks loads and checks playbook and inventory, and contacts no host",
  "--step": "not there yet; --only and --start-at choose tasks",
  "--start-at-task": "write --start-at",
  "--key-file": "write --private-key",
  "--inventory-file": "write --inventory",
  "--ask-vault-password": "write --ask-vault-pass",
  "--vault-pass-file": "write --vault-password-file",
  "--connection-password-file": "write --password-file",
  "--conn-pass-file": "write --password-file",
  "--become-pass-file": "write --become-password-file",
  "--force-handlers": "not needed: a reaction that is owed is remembered on the host",
  "--flush-cache": "not needed: facts are read anew in each run",
  "--ssh-common-args": BY_SSH_CONFIG,
  "--ssh-extra-args": BY_SSH_CONFIG,
  "--sftp-extra-args": BY_SSH_CONFIG,
  "--scp-extra-args": BY_SSH_CONFIG,
  "--dry-run": "write --check",
  "--list": "ts-play inventory --json",
};

const PASSWORD = /^--(?:ansible-|ssh-|login-|sudo-|su-|become-|vault-)*(?:pass|password|passphrase)$/;

/** What is told of a flag that another tool has; undefined when no tool is known for it. */
export function foreignFlag(flag: string): Problem | undefined {
  if (PASSWORD.test(flag.replaceAll("_", "-"))) {
    return {
      code: "CLI008",
      message: `${flag}: a password on the command line is seen by everybody on this machine`,
      fix: `take ${flag.includes("become") || flag.includes("su") ? "--become-password-file or -K" : "--password-file or -k"}`,
    };
  }
  const fix = instead[flag];
  return fix === undefined ? undefined : { code: "CLI001", message: `there is no ${flag} here`, fix };
}
