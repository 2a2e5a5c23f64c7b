import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Step } from "ts-play";
import { afterEach, beforeEach, expect, test } from "vitest";
import { erase, setAside } from "../../../roles/etcd/set-aside.ts";

let dataDir: string;

/** Data of a member that was restored once and has joined since, and what is none of it. */
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "set-aside-"));
  mkdirSync(join(dataDir, "member/wal"), { recursive: true });
  for (const mark of ["joined", "restored", "of-somebody-else"]) writeFileSync(join(dataDir, mark), "");
});
afterEach(() => rmSync(dataDir, { recursive: true }));

function take(step: Step, systemctl = "[ $1 = stop ] || { echo inactive; return 3; }"): void {
  const text = step.kind === "run" ? step.command.toString() : "";
  // What only root can do on a host with etcd is left out.
  execFileSync("sh", ["-c", `systemctl() { ${systemctl}; }\nchown() { :; }\nsync() { :; }\n${text}`], {
    stdio: "pipe",
  });
}

test("nothing by which data is known stays behind when it is set aside", () => {
  take(setAside({ dataDir }, "removed"));
  const [other, aside = "", ...rest] = readdirSync(dataDir).toSorted();
  expect([other, rest]).toEqual(["of-somebody-else", []]);
  expect(aside).toMatch(/^removed-\d{8}T\d{6}Z$/);
  expect(readdirSync(join(dataDir, aside)).toSorted()).toEqual(["joined", "member", "restored"]);
});

test("nor when it is removed", () => {
  take(erase({ dataDir }));
  expect(readdirSync(dataDir)).toEqual(["of-somebody-else"]);
});

test("data stays where it is while etcd does not stop", () => {
  const before = readdirSync(dataDir);
  const hangs = "[ $1 != stop ] || return 1; echo deactivating; return 3";
  for (const step of [setAside({ dataDir }, "removed"), erase({ dataDir })])
    expect(() => take(step, hangs)).toThrow("etcd.service does not stop");
  expect(readdirSync(dataDir)).toEqual(before);
});

test("a host without the unit has nothing to stop", () => {
  take(erase({ dataDir }), "[ $1 != stop ] || return 5; echo inactive; return 3");
  expect(readdirSync(dataDir)).toEqual(["of-somebody-else"]);
});
