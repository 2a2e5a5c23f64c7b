import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A throwaway local user with a password. */
export interface TestUser {
  readonly name: string;
  readonly password: string;
  readonly home: string;
  /** Replaces what sudo allows this user: the part of a sudoers line after the name; undefined: nothing. */
  allow(rule: string | undefined): void;
  remove(): void;
}

/** Makes a user with this login shell. The caller removes it; needs root. */
export const makeUser = (shell = "/bin/sh"): TestUser => {
  const name = `tsplay${process.pid}${counter++}`;
  const password = `Pw-${Math.random().toString(36).slice(2)}`;
  const home = `/tmp/${name}`;
  run("useradd", ["-m", "-d", home, "-s", shell, name]);
  run("chpasswd", [], `${name}:${password}\n`);
  const rules = join("/etc/sudoers.d", name);
  return {
    name,
    password,
    home,
    allow(rule) {
      rmSync(rules, { force: true });
      if (rule) writeFileSync(rules, `Defaults:${name} lecture=never\n${name} ${rule}\n`, { mode: 0o440 });
    },
    remove() {
      rmSync(rules, { force: true });
      spawnSync("userdel", ["-r", "-f", name]);
      rmSync(home, { recursive: true, force: true });
    },
  };
};

let counter = 0;

const run = (command: string, args: readonly string[], input = ""): void => {
  const { status, stderr } = spawnSync(command, args, { input, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
};
