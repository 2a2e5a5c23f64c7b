import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { closedEarly } from "../../runner/transport/session/hello-error.ts";
import { commandLine, type Identity, shellCommand } from "../../runner/transport/session/shell-command.ts";

const password = () => "hunter2";
const sudo = { method: "sudo", user: "root" } as const;
const su = { method: "su", user: "root", password } as const;

/** What a shell says that finds no program at all. */
function startedBy(shell: string, identity: Identity) {
  const command = shellCommand(identity, 0, "salt");
  const { stderr, status } = spawnSync(shell, ["-c", `PATH=/nonexistent; ${commandLine(command)}`], {
    encoding: "utf8",
    env: { LC_ALL: "C" },
  });
  return closedEarly("web1", command, `the shell ended with exit code ${status}`, stderr, false);
}

test.each<[string, Identity, string]>([
  [
    "su",
    { loginUser: "root", become: undefined, user: "postgres" },
    "su to postgres is not possible: the host has no su",
  ],
  ["sudo", { loginUser: "me", become: sudo, user: undefined }, "sudo to root is not possible: the host has no sudo"],
  [
    "sudo with a password",
    { loginUser: "me", become: { ...sudo, password }, user: "postgres" },
    "sudo and su to postgres is not possible: the host has no sudo",
  ],
])("a host without %s is told so, whatever its shell", (_, identity, message) => {
  for (const shell of ["/bin/dash", "/bin/bash"])
    expect(startedBy(shell, identity)).toMatchObject({ reason: "become", message, fix: expect.any(String) as string });
});

test.each([
  ["sudo: su: command not found", "the host has no su"],
  ["env: ‘su’: No such file or directory", "the host has no su"],
  ["zsh:1: command not found: su", "the host has no su"],
  ["su: Authentication service cannot retrieve user credentials", "su to root failed: su: Authentication"],
])("%s", (said, message) => {
  const command = shellCommand({ loginUser: "me", become: su, user: undefined }, 0, "salt");
  expect(closedEarly("web1", command, "exit code 127", said, false).message).toContain(message);
});
