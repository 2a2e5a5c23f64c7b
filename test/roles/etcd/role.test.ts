import { certificateAuthority, certificateFile, fileHash, fileText, pathState, unitState } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { describe, expect, test } from "vitest";
import { etcdBegun } from "../../../roles/etcd/bootstrap.ts";
import { etcdCluster } from "../../../roles/etcd/cluster-probe.ts";
import { etcdHasLog } from "../../../roles/etcd/has-log.ts";
import type { Member } from "../../../roles/etcd/member.ts";
import { endpointsOf, etcd, etcdRolling } from "../../../roles/etcd/role.ts";
import { readAtStart, STARTED } from "../../../roles/etcd/unit.ts";
import { RefBoard } from "../../../runner/engine/ref-board.ts";
import { firstLines } from "../plans.ts";
import { member } from "./member.ts";

const members = [1, 2, 3].map((n) => ({ name: `etcd${n}`, address: `10.0.0.${n}` }));
const ca = certificateAuthority({ name: "etcd-ca", folder: "pki", passphrase: { variable: "PASSPHRASE" } });
const vars = { members, ca };
const source = { kind: "package", minor: "3.4" } as const;
const files = readAtStart({ pki: "/etc/etcd/pki", source });

function host(): FakeHost {
  const made = new FakeHost({ name: "etcd1", address: "10.0.0.1" });
  made.control.secrets.set("PASSPHRASE", "correct horse battery");
  return made;
}

/** The host has a log of its cluster; by default it has been part of a majority. */
function begin(one: FakeHost, wanted = members, progress: "begun" | "joined" = "joined"): void {
  const place = { dataDir: "/var/lib/etcd", walDir: undefined };
  one.set(etcdHasLog(place), true);
  const endpoints = wanted.map(({ address }) => `https://${address}:2379`);
  const own = wanted.find(({ name }) => name === "etcd1")!;
  one.set(etcdBegun({ ...place, pki: "/etc/etcd/pki", address: own.address, name: own.name, endpoints }), progress);
}

const folder = (path: string, mode: string, owner: string) =>
  `umask 022 && mkdir -p -m 0${mode} ${path} && chown -h ${owner}:${owner} ${path} && chmod 0${mode} ${path}`;

test("a plan of a bare host is complete and in order, and needs no passphrase", async () => {
  expect(firstLines(await new FakeHost({ name: "etcd1", address: "10.0.0.1" }).check(etcd(vars)))).toEqual([
    "apt-get install etcd-server etcd-client",
    folder("/etc/etcd", "0755", "root"),
    folder("/var/lib/etcd", "0700", "etcd"),
    folder("/etc/etcd/pki", "0755", "root"),
    "write /etc/etcd/pki/ca.crt",
    ...["server", "peer", "client"].flatMap((name) => [
      `write /etc/etcd/pki/${name}.key`,
      `write /etc/etcd/pki/${name}.crt`,
    ]),
    "write /etc/etcd/etcd.env",
    "write /etc/systemd/system/etcd.service",
    "systemctl daemon-reload",
    "write /etc/etcd/bootstrap.env",
    "systemctl reset-failed etcd.service 2>/dev/null",
  ]);
});

test("a second run changes nothing", async () => {
  const one = host();
  await one.apply(etcd(vars));
  expect((await one.apply(etcd(vars))).steps).toEqual([]);
});

test("another setting is written and restarts nothing: that is for etcdRolling, one member at a time", async () => {
  const one = host();
  await one.apply(etcd(vars));
  expect(firstLines(await one.apply(etcd({ ...vars, snapshotCount: 20_000 })))).toEqual(["write /etc/etcd/etcd.env"]);
});

test("a member more leaves the start file of one that has data alone, and its certificates", async () => {
  const one = host();
  await one.apply(etcd(vars));
  const more = [...members, { name: "etcd4", address: "10.0.0.4" }];
  begin(one, more);
  expect((await one.apply(etcd({ ...vars, members: more }))).steps).toEqual([]);
});

describe("a member that has begun and never had a majority", () => {
  const begun = async (wanted: typeof members) => {
    const one = host();
    await one.apply(etcd(vars));
    begin(one, wanted, "begun");
    return one;
  };

  test("begins anew when others are wanted than it began with, and its data is kept", async () => {
    const right = members.map((each) => (each.name === "etcd2" ? { ...each, address: "10.0.0.22" } : each));
    const { steps } = await (await begun(right)).check(etcd({ ...vars, members: right }));
    expect(steps).toHaveLength(2);
    expect(steps[0]).toContain("never-joined");
    expect(steps[1]).toContain("write /etc/etcd/bootstrap.env");
  });

  test("is left to wait for the others when it began with them", async () => {
    expect((await (await begun(members)).apply(etcd(vars))).steps).toEqual([]);
  });
});

test("another address is another certificate", async () => {
  const one = host();
  await one.apply(etcd(vars));
  const moved = members.map((each) => (each.name === "etcd1" ? { ...each, address: "10.0.0.9" } : each));
  begin(one, moved);
  expect(firstLines(await one.check(etcd({ ...vars, members: moved })))).toEqual([
    "write /etc/etcd/pki/server.key",
    "write /etc/etcd/pki/server.crt",
    "write /etc/etcd/pki/peer.key",
    "write /etc/etcd/pki/peer.crt",
    "write /etc/etcd/etcd.env",
  ]);
});

describe("a member with data and the certificate of another authority", () => {
  const foreign = async () => {
    const one = host();
    await one.apply(etcd(vars));
    const other = new RefBoard(() => Promise.reject(new Error("no host is asked")), host().control);
    const pem = await other.value(ca.certificate);
    begin(one);
    one.set(fileText("/etc/etcd/pki/ca.crt"), pem);
    return one;
  };

  test.each(["is there", "has yet to be made"])(
    "is left alone when the authority of this machine %s",
    async (which) => {
      const one = await foreign();
      if (which === "has yet to be made") one.control.files.clear();
      const { state, failure, steps } = await one.attempt(etcd({ ...vars, names: ["new.example.com"] }));
      expect(state).toBe("failed");
      expect(failure?.message).toContain("trusts another authority than the etcd-ca of this control machine");
      expect(steps).toEqual([]);
      expect([...one.control.files.keys()]).toHaveLength(which === "is there" ? 2 : 0);
    },
  );

  test("is brought up to date by its own", async () => {
    const one = host();
    await one.apply(etcd(vars));
    begin(one);
    const own = one.control.files.get("pki/ca.crt")!;
    one.set(fileText("/etc/etcd/pki/ca.crt"), own);
    expect(firstLines(await one.apply(etcd({ ...vars, names: ["new.example.com"] })))).toEqual([
      "write /etc/etcd/pki/server.key",
      "write /etc/etcd/pki/server.crt",
    ]);
  });
});

test("keys are for etcd alone, and no plan shows one", async () => {
  const one = host();
  await one.apply(etcd(vars));
  const key = (await one.read([pathState("/etc/etcd/pki/server.key")])).values().next().value;
  expect(key).toMatchObject({ mode: "0600", owner: "etcd" });
  expect(JSON.stringify(await one.check(etcd(vars)))).not.toContain("PRIVATE KEY");
  expect((await one.read([certificateFile("/etc/etcd/pki/server.crt")])).values().next().value).toMatchObject({
    server: true,
    client: true,
  });
});

test("a release comes from its mirrors, known by its hash, with a unit of its own path", async () => {
  const release = {
    kind: "release",
    version: "3.5.21",
    sha256: { amd64: "a".repeat(64) },
    mirrors: ["https://mirror.example.com/etcd/", "https://example.com/etcd"],
  } as const;
  const steps = (await host().check(etcd({ ...vars, source: release }))).steps.join("\n");
  expect(steps).toContain("https://mirror.example.com/etcd/v3.5.21/etcd-v3.5.21-linux-amd64.tar.gz");
  expect(steps).toContain("groupadd --system etcd");
  expect(readAtStart({ pki: "/p", source: release })).toContain("/opt/etcd/3.5.21/etcd");
  const other = { ...release, sha256: { arm64: "a".repeat(64) } };
  await expect(host().check(etcd({ ...vars, source: other }))).rejects.toThrow("no SHA-256 of etcd 3.5.21 for amd64");
});

test("wrong variables are refused", () => {
  const call = (more: object) => () => etcd({ ...vars, ...more });
  expect(call({ members: [...members, members[0]!] })).toThrow("two members have the same name");
  expect(call({ heartbeatMs: 300, electionMs: 1000 })).toThrow("at least five heartbeats");
  expect(call({ source: { kind: "release", version: "3.7.0", sha256: {}, mirrors: ["https://a.example"] } })).toThrow(
    "3.4.x, 3.5.x or 3.6.x",
  );
  expect(call({ quotaGiB: 9 })).toThrow("quotaGiB");
});

describe("etcdRolling", () => {
  const probe = etcdCluster({ endpoints: endpointsOf(members, "10.0.0.1"), pki: "/etc/etcd/pki" });
  const rolling = (leader: boolean, more: object = {}) => etcdRolling({ members, source, leader, ...more });

  /** A host whose etcd runs with the settings of its last start, but for `changed`. */
  function running(list: readonly Member[], changed: readonly string[] = ["/etc/etcd/etcd.env"]): FakeHost {
    const one = host();
    one.set(unitState("etcd"), { ...unitState.bare("etcd"), load: "loaded", active: "active" });
    one.set(fileText(STARTED), files.map((path) => `old  ${path}\n`).join(""));
    for (const path of files) one.set(fileHash(path), changed.includes(path) ? "new" : "old");
    one.set(probe, { members: list, alarms: [] });
    return one;
  }
  const all = [1, 2, 3].map((n) => member(n));
  const follower = [member(1, { leader: false }), member(2, { leader: true }), member(3)];

  test("leaves alone what runs as it is configured, and what does not run", async () => {
    expect((await running(all, []).apply(rolling(true))).steps).toEqual([]);
    expect((await host().apply(rolling(true))).steps).toEqual([]);
  });

  test.each(files)("a follower is restarted when %s has changed", async (path) => {
    const { steps } = await running(follower, [path]).apply(rolling(false));
    expect(steps.map((step) => step.split("\n")[0])).toEqual([
      "systemctl restart etcd.service || {",
      expect.stringContaining("wait"),
    ]);
  });

  test("a leader waits for the play of leaders, and then hands its lead to the member that is furthest", async () => {
    expect((await running(all).apply(rolling(false))).steps).toEqual([]);
    const { steps } = await running(all).check(rolling(true));
    expect(steps[0]).toContain(`move-leader ${member(3).id}`);
    expect(steps[0]).toContain("--endpoints https://10.0.0.1:2379");
    expect(steps[1]).toContain("systemctl restart etcd.service");
  });

  test("nobody is restarted whom the cluster needs", async () => {
    const sick = [member(1, { leader: false }), member(2, { leader: true }), member(3, { healthy: false })];
    const { failure, steps } = await running(sick).attempt(rolling(false));
    expect(failure?.message).toContain("while etcd1 is down, 1 of 3 voters would be healthy, 2 are needed");
    expect(steps).toEqual([]);
    expect((await running(sick).attempt(rolling(false, { acceptOutage: true }))).steps).toHaveLength(2);
  });

  test("a cluster of one is restarted only when its outage is accepted", async () => {
    expect((await running([member(1)]).attempt(rolling(true))).state).toBe("failed");
    expect((await running([member(1)]).apply(rolling(true, { acceptOutage: true }))).steps).toHaveLength(2);
  });
});
