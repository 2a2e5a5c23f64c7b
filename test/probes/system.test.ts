import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { describe, expect, test } from "vitest";
import { groupAccount } from "../../runner/probes/group-account.ts";
import { installedPackage } from "../../runner/probes/installed-package.ts";
import { moduleLoaded } from "../../runner/probes/module-loaded.ts";
import { passwordFingerprint } from "../../runner/probes/password-fingerprint.ts";
import { sysctlKey, sysctlPath, sysctlValue } from "../../runner/probes/sysctl-value.ts";
import { userAccount } from "../../runner/probes/user-account.ts";
import { askHere, SHELLS } from "./ask-here.ts";

describe.each(SHELLS)("asked by %s", (shell) => {
  test("packages that are installed have a version, others have none", () => {
    const [libc, absent, virtual] = askHere(["libc6", "no-such-package", "awk"].map(installedPackage), shell);

    expect(libc).toMatchObject({ version: expect.stringMatching(/^2\./), held: false });
    expect([absent, virtual]).toEqual([undefined, undefined]);
    const native = spawnSync("dpkg", ["--print-architecture"], { encoding: "utf8" }).stdout.trim();
    expect(askHere([installedPackage(`libc6:${native}`)], shell)).toEqual([libc]);
  });

  test("users and groups are found by name, absent ones are undefined", () => {
    const [root, daemon, nobody] = askHere(["root", "daemon", "no-such-user"].map(userAccount), shell);

    expect(root).toMatchObject({ uid: 0, group: "root", home: userInfo({ encoding: "utf8" }).homedir });
    expect(daemon).toMatchObject({ uid: 1, group: "daemon", shell: "/usr/sbin/nologin" });
    expect(nobody).toBeUndefined();
    expect(askHere(["root", "no-such-group"].map(groupAccount), shell)).toEqual([{ gid: 0, members: [] }, undefined]);
  });

  test("only absent users asked for is an answer too", () => {
    expect(askHere([userAccount("no-such-user")], shell)).toEqual([undefined]);
    expect(askHere([groupAccount("no-such-group")], shell)).toEqual([undefined]);
  });

  test("kernel settings are read live, and one that is not there is undefined", () => {
    const keys = ["kernel.ostype", "net.ipv4.no_such", "net.ipv4.ip_local_port_range", "net/ipv4/conf/lo/rp_filter"];
    const range = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").trim().split(/\s+/).join(" ");

    expect(askHere(keys.map(sysctlValue), shell)).toEqual(["Linux", undefined, range, expect.stringMatching(/^\d$/)]);
  });

  test("a module of this kernel is told from one that is not", () => {
    expect(askHere(["block", "no-such-module"].map(moduleLoaded), shell)).toEqual([true, false]);
  });

  test("a password shows as a fingerprint only", () => {
    expect(askHere([passwordFingerprint("root")], shell)[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(askHere([passwordFingerprint("no-such-user")], shell)).toEqual([undefined]);
  });
});

test.each([
  ["net.ipv4.ip_forward", "net.ipv4.ip_forward", "/proc/sys/net/ipv4/ip_forward"],
  ["net/ipv4/ip_forward", "net.ipv4.ip_forward", "/proc/sys/net/ipv4/ip_forward"],
  ["net/ipv4/conf/eth0.1/rp_filter", "net.ipv4.conf.eth0/1.rp_filter", "/proc/sys/net/ipv4/conf/eth0.1/rp_filter"],
  ["net.ipv4.conf.eth0/1.rp_filter", "net.ipv4.conf.eth0/1.rp_filter", "/proc/sys/net/ipv4/conf/eth0.1/rp_filter"],
])("%s is the setting %s in %s", (written, key, path) => {
  expect([sysctlKey(written), sysctlPath(written)]).toEqual([key, path]);
});

test("a removed package whose configuration stayed is not installed; a held one says so", () => {
  const stdout =
    "gone\tdeinstall\tconfig-files\t1.0\nkept\thold\tinstalled\t2:3.4-5\nhalf\tinstall\thalf-configured\t1\n";
  const { kind } = installedPackage("");
  expect(() => kind.parse({ stdout: "", stderr: "", exitCode: 2 }, ["gone"] as never[])).toThrow("cannot be read");

  expect(kind.parse({ stdout, stderr: "", exitCode: 0 }, ["gone", "kept", "half"] as never[])).toEqual([
    undefined,
    { version: "2:3.4-5", held: true },
    undefined,
  ]);
});
