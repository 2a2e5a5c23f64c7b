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

function take(step: Step): void {
  const text = step.kind === "run" ? step.command.toString() : "";
  // What only root can do on a host with etcd is left out.
  execFileSync("sh", ["-c", `systemctl() { :; }\nchown() { :; }\nsync() { :; }\n${text}`]);
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
