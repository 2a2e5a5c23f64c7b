import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { commandText } from "../../runner/define/command.ts";
import { holdServices } from "../../runner/operations/hold-services.ts";

const SYSTEMCTL = "#!/bin/sh\necho 'ssh.service loaded active running OpenSSH'\n";

/** Runs the real script with its paths turned into a folder of its own, and a systemctl that knows one running unit. */
function withPolicy(script: string, before?: string) {
  const folder = mkdtempSync(join(tmpdir(), "ts-play-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const policy = join(folder, "policy-rc.d");
  if (before !== undefined) writeFileSync(policy, before, { mode: 0o755 });
  writeFileSync(join(folder, "systemctl"), SYSTEMCTL, { mode: 0o755 });
  const hold = commandText(holdServices, () => "")
    .replaceAll("/usr/sbin/policy-rc.d", policy)
    .replaceAll("/run/", `${folder}/`);
  const ran = spawnSync("dash", ["-c", `umask 022\n${hold}\n${script}`], {
    encoding: "utf8",
    env: { PATH: `${folder}:${process.env.PATH}` },
    cwd: folder,
  });
  return { ...ran, policy };
}

const asks = (unit: string, action: string) => `"$policy" ${unit} ${action}; echo "${unit} ${action} $?"; `;

test("a service that was not running is not started, one that was may be restarted, stopping is free", () => {
  const { stdout } = withPolicy(
    asks("haproxy.service", "start") +
      asks("haproxy", "'(restart)'") +
      asks("ssh.service", "restart") +
      asks("ssh", "start") +
      asks("haproxy", "stop"),
  );

  expect(stdout.trim().split("\n")).toEqual([
    "haproxy.service start 101",
    "haproxy (restart) 101".replace("(restart)", "'(restart)'"),
    "ssh.service restart 0",
    "ssh start 0",
    "haproxy stop 0",
  ]);
});

test("the policy is gone when the installation ends, also when it fails", () => {
  for (const end of ["true", "exit 7", "kill -TERM $$"]) {
    expect(() => readFileSync(withPolicy(end).policy)).toThrow(/ENOENT/);
  }
});

test("a policy that a killed installation left behind forbids nothing and is replaced by the next", () => {
  const { policy } = withPolicy("kill -KILL $$");
  const left = readFileSync(policy, "utf8");

  expect(spawnSync(policy, ["haproxy.service", "start"]).status).toBe(0);
  expect(() => readFileSync(withPolicy("true", left).policy)).toThrow(/ENOENT/);
});

test("an administrator's own policy stays", () => {
  const own = "#!/bin/sh\nexit 104\n";
  const { policy, stdout } = withPolicy(asks("haproxy", "start"), own);

  expect(stdout.trim()).toBe("haproxy start 104");
  expect(readFileSync(policy, "utf8")).toBe(own);
});
