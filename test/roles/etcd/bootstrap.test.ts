import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { bootstrapObjection, etcdBegun, type Progress } from "../../../roles/etcd/bootstrap.ts";
import type { Member } from "../../../roles/etcd/member.ts";
import { askHere } from "../../probes/ask-here.ts";

const empty: Progress = { hasData: false, joined: false, cluster: undefined };
const begun: Progress = { hasData: true, joined: false, cluster: undefined };
const down: Progress = { hasData: true, joined: true, cluster: undefined };

const member = (n: number, joined = true): Member => ({
  id: String(n),
  name: `etcd${n}`,
  peerUrls: [`https://10.0.0.${n}:2380`],
  clientUrls: joined ? [`https://10.0.0.${n}:2379`] : [],
  learner: false,
  healthy: joined,
  leader: n === 1,
  version: undefined,
  dbBytes: undefined,
  raftIndex: undefined,
});
const up = (...members: readonly Member[]): Progress => ({ ...down, cluster: { members, alarms: [] } });

const objection = (...answers: readonly (Progress | undefined)[]) =>
  bootstrapObjection(
    answers.map((answer, i) => ({ host: { name: `etcd${i + 1}`, address: `10.0.0.${i + 1}` }, answer })),
  );

describe("may start", () => {
  test("a cluster of which nothing is there yet", () => {
    expect(objection(empty, empty, empty)).toBeUndefined();
  });

  test("one whose first start was cut short: some have begun, none has ever had a majority", () => {
    expect(objection(begun, empty, empty)).toBeUndefined();
  });

  test("the last founder of one whose first start was cut short after the others had a majority", () => {
    const cluster = up(member(1), member(2), member(3, false));
    expect(objection(cluster, cluster, empty)).toBeUndefined();
  });

  test("all that have their data, whoever is down or cannot be asked", () => {
    expect(objection(down, undefined, up(member(1)))).toBeUndefined();
  });
});

describe("must not start", () => {
  test("a member that has lost its data", () => {
    const cluster = up(member(1), member(2), member(3));
    expect(objection(cluster, cluster, empty)).toBe(
      "etcd3 was a member of the cluster that exists, and has lost its data: etcd-replace.ts lets it join anew (member 3)",
    );
  });

  test("a host that the cluster does not know", () => {
    const cluster = up(member(1), member(2));
    expect(objection(cluster, cluster, empty)).toBe(
      "etcd3 is not a member of the cluster that exists: etcd-add.ts lets it join",
    );
  });

  test("one without data while the cluster is down: it could be the data that all had agreed on", () => {
    expect(objection(down, empty, down)).toBe(
      "etcd2 has no data, but etcd1 holds that of a cluster that does not answer: start it there first (systemctl start etcd)",
    );
  });

  test("one without data while another cannot be asked", () => {
    expect(objection(empty, undefined, empty)).toBe(
      "etcd1, etcd3 has no data, and whether etcd2 has any cannot be asked",
    );
  });
});

describe("how far a member without etcd has come", () => {
  const begun = (...files: readonly string[]) => {
    const dataDir = mkdtempSync(join(tmpdir(), "etcd-data-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    mkdirSync(join(dataDir, "member/wal"), { recursive: true });
    for (const file of files) writeFileSync(join(dataDir, file), "");
    const place = { dataDir, pki: "/nowhere", name: "etcd1", address: "10.0.0.1", endpoints: ["https://127.0.0.1:1"] };
    return askHere([etcdBegun(place)])[0];
  };
  const log = "member/wal/0000000000000000-0000000000000000.wal";

  test("nowhere without a log, whatever a failed start has left", () => {
    expect(begun()).toBe("nothing");
    expect(begun("joined")).toBe("nothing");
  });

  test("begun with a log; joined when it was part of a majority, or when its data is that of a backup", () => {
    expect(begun(log)).toBe("begun");
    expect(begun(log, "joined")).toBe("joined");
    expect(begun(log, "restored")).toBe("joined");
  });

  test("joined when the others know where it served; not when they only became a cluster meanwhile", () => {
    const bin = mkdtempSync(join(tmpdir(), "etcd-bin-"));
    onTestFinished(() => rmSync(bin, { recursive: true }));
    vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const listed = (...own: readonly string[]) => {
      const lines = ["2, started, etcd2, https://10.0.0.2:2380, https://10.0.0.2:2379, false", ...own];
      writeFileSync(join(bin, "etcdctl"), `#!/bin/sh\nprintf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")}\n`);
      chmodSync(join(bin, "etcdctl"), 0o755);
      return begun(log);
    };
    expect(listed("1, started, etcd1, https://10.0.0.1:2380, https://10.0.0.1:2379, false")).toBe("joined");
    expect(listed("1, started, etcd1, https://10.0.0.9:2380, https://10.0.0.9:2379, false")).toBe("joined");
    expect(listed("1, started, etcd1, https://10.0.0.1:2380, , false")).toBe("begun");
    expect(listed()).toBe("begun");
  });
});
