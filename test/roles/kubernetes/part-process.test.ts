import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { endPart, pidOf } from "../../../roles/kubernetes/part-process.ts";

interface Process {
  readonly comm: string;
  readonly cgroup: string;
  readonly ofHostNetwork: boolean;
}

/** What `pid_of` prints where /proc has these. A network is a file: two are one where their inode is the same. */
function found(part: string, processes: Readonly<Record<number, Process>>): string {
  const folder = mkdtempSync(join(tmpdir(), "proc-"));
  mkdirSync(join(folder, "self/ns"), { recursive: true });
  writeFileSync(join(folder, "self/ns/net"), "");
  for (const [pid, { comm, cgroup, ofHostNetwork }] of Object.entries(processes)) {
    mkdirSync(join(folder, pid, "ns"), { recursive: true });
    writeFileSync(join(folder, pid, "comm"), `${comm}\n`);
    writeFileSync(join(folder, pid, "cgroup"), `0::${cgroup}\n`);
    if (ofHostNetwork) linkSync(join(folder, "self/ns/net"), join(folder, pid, "ns/net"));
    else writeFileSync(join(folder, pid, "ns/net"), "");
  }
  const script = `${String(pidOf).replaceAll("/proc", folder)}pid_of ${part} || echo none`;
  const answer = execFileSync("sh", ["-c", script], { encoding: "utf8" }).trim();
  rmSync(folder, { recursive: true });
  return answer;
}

const pod = "/kubepods.slice/kubepods-burstable.slice/a";

describe("the process of a part of a control plane", () => {
  test("is that of the host's network, also where a pod runs a program of the same name", () => {
    const users = { comm: "etcd", cgroup: pod, ofHostNetwork: false };
    expect(found("etcd", { 100: users, 200: { ...users, ofHostNetwork: true } })).toBe("200");
    expect(found("etcd", { 100: users })).toBe("none");
  });
  test("is no service of the host itself, nor another program", () => {
    expect(found("etcd", { 100: { comm: "etcd", cgroup: "/system.slice/etcd.service", ofHostNetwork: true } })).toBe(
      "none",
    );
    expect(found("etcd", { 100: { comm: "etcdctl", cgroup: pod, ofHostNetwork: true } })).toBe("none");
  });
  test("is known by as much of its name as the kernel keeps", () =>
    expect(found("kube-controller-manager", { 7: { comm: "kube-controller", cgroup: pod, ofHostNetwork: true } })).toBe(
      "7",
    ));
  test("is none on this machine", () => {
    const script = `${pidOf}pid_of sh || echo none`;
    expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe("none\n");
  });
});

describe("a part that is ended", () => {
  /** Real processes, found by their number instead of by their name; a second takes a twentieth. */
  const ended = (part: string) => {
    const script = `begun=$(mktemp -u)
( ${part} ) & part=$!
until [ -e "$begun" ]; do sleep 0.01; done
rm "$begun"
${endPart}pid_of() { [ -n "$part" ] && echo "$part"; }
sleep() { command sleep 0.05; }
end_part etcd
wait "$part" 2>/dev/null
echo "$?, $waited"`;
    return execFileSync("sh", ["-c", script], { encoding: "utf8" }).trim();
  };
  const waits = ': >"$begun"; while :; do command sleep 0.05; done';

  test("has gone when that returns", () => expect(ended(waits)).toMatch(/^143, \d+$/));
  test("is killed when it has not heeded for as long as a kubelet waits", () =>
    expect(ended(`trap '' TERM; ${waits}`)).toMatch(/^137, (3[1-9]|[4-9]\d|\d{3,})$/));
  test("may not be there at all", () => {
    const script = `${endPart}pid_of() { return 1; }\nend_part etcd && echo fine`;
    expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe("fine\n");
  });
});
