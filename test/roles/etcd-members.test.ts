import { pathExists, unitState } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { describe, expect, test } from "vitest";
import type { Progress } from "../../roles/etcd/bootstrap.ts";
import { etcdCluster } from "../../roles/etcd/cluster-probe.ts";
import { etcdHasLog } from "../../roles/etcd/has-log.ts";
import type { Member } from "../../roles/etcd/member.ts";
import { BOOTSTRAP } from "../../roles/etcd/unit.ts";
import { etcdAdded } from "../../roles/etcd-members/added.ts";
import { joinObjection } from "../../roles/etcd-members/join-gate.ts";
import { etcdPromoted } from "../../roles/etcd-members/promoted.ts";
import { etcdLostRemoved, etcdRemoved } from "../../roles/etcd-members/removed.ts";
import { etcdRetired } from "../../roles/etcd-members/retired.ts";
import { etcdStartFile } from "../../roles/etcd-members/start-file.ts";
import { member } from "./etcd/member.ts";

const three = [1, 2, 3].map((n) => member(n));
const added = (n: number, more: Partial<Member> = {}) =>
  member(n, { name: "", clientUrls: [], learner: true, healthy: false, ...more });

const at = (n: number) => ({ name: `etcd${n}`, address: `10.0.0.${n}` });
const client = { endpoints: ["https://10.0.0.1:2379", "https://10.0.0.2:2379"], pki: "/etc/etcd/pki" };
const place = { dataDir: "/var/lib/etcd", walDir: undefined };
const common = { ...client, dataDir: "/var/lib/etcd" };

/** What an operation wants of a host with or without data that sees these members. */
const cluster = (members: readonly Member[] | undefined, alarms: readonly string[] = []) =>
  members && { members, alarms };
const texts = (steps: readonly { readonly kind: string }[]) =>
  steps.map((step) => ("command" in step ? String(step.command) : step.kind));

describe("etcdAdded", () => {
  const plan = (hasLog: boolean, members: readonly Member[] | undefined, alarms: readonly string[] = []) =>
    texts(etcdAdded.plan({ args: { ...common, ...at(4) }, current: { hasLog, cluster: cluster(members, alarms) } }));

  test("adds a learner by its peer URL, and asks again only while the cluster counts a member as not connected", () => {
    const [step, ...more] = plan(false, three);
    expect(more).toEqual([]);
    expect(step).toContain("member add etcd4 --learner --peer-urls=https://10.0.0.4:2380");
    expect(step).toContain("-e 'unhealthy cluster'");
  });

  test("leaves alone what is a member, pending or not, and one with data while nobody answers", () => {
    expect(plan(true, [...three, member(4)])).toEqual([]);
    expect(plan(false, [...three, added(4)])).toEqual([]);
    expect(plan(true, undefined)).toEqual([]);
  });

  test.each<[string, boolean, readonly Member[] | undefined, string]>([
    ["data of no member", true, three, "holds data, but the cluster has no such member"],
    ["a member that has lost its data", false, [...three, member(4)], "but has no data in /var/lib/etcd"],
    ["nobody to ask", false, undefined, "no member of the cluster answers"],
    ["a voter that is down", false, [member(1), member(2), member(3, { healthy: false })], "etcd3 is not healthy"],
    ["another that is on its way in", false, [...three, added(5)], "is a learner still"],
    ["another of its name", false, [...three, member(9, { name: "etcd4" })], "has that name"],
  ])("refuses: %s", (_, hasLog, members, why) => {
    expect(() => plan(hasLog, members)).toThrow(why);
  });

  test("refuses while the cluster has an alarm", () => {
    expect(() => plan(false, three, ["NOSPACE"])).toThrow("the cluster has the alarm NOSPACE");
  });
});

describe("etcdStartFile", () => {
  const args = { ...common, ...at(4), token: "prod" };
  const current = (hasLog: boolean, members: readonly Member[]) => ({
    hasLog,
    cluster: cluster(members),
    state: { type: "absent" as const },
    hash: undefined,
  });

  test("names the members that the cluster has, and not those that the inventory wants", () => {
    const [step] = etcdStartFile.plan({ args, current: current(false, [...three, added(4)]) });
    expect(step).toMatchObject({ kind: "write", path: BOOTSTRAP });
    const text = String(step?.kind === "write" && step.content);
    expect(text).toContain(
      "ETCD_INITIAL_CLUSTER=etcd1=https://10.0.0.1:2380,etcd2=https://10.0.0.2:2380,etcd3=https://10.0.0.3:2380,etcd4=https://10.0.0.4:2380\n",
    );
    expect(text).toContain("ETCD_INITIAL_CLUSTER_STATE=existing\n");
  });

  test("is not written for one that has begun", () => {
    expect(etcdStartFile.plan({ args, current: current(true, [...three, member(4)]) })).toEqual([]);
  });
});

describe("etcdPromoted", () => {
  const plan = (members: readonly Member[]) =>
    texts(etcdPromoted.plan({ args: { ...client, ...at(4) }, current: { cluster: cluster(members) } }));

  test("gives a learner that answers its vote, by its whole id", () => {
    const learner = member(4, { learner: true });
    expect(plan([...three, learner])[0]).toContain("member promote fedcba9876543214");
    expect(plan([...three, member(4)])).toEqual([]);
  });

  test("refuses one that does not answer, and one that is no member", () => {
    expect(() => plan([...three, added(4)])).toThrow("does not answer yet");
    expect(() => plan(three)).toThrow("etcd4 is not a member");
  });
});

describe("etcdRemoved", () => {
  const plan = (members: readonly Member[] | undefined, n: number, onlyDead = false) =>
    texts(
      etcdRemoved.plan({
        args: { ...common, ...at(n), onlyDead },
        current: { hasLog: true, cluster: cluster(members) },
      }),
    );

  test("finds the member by its address, whatever it is called", () => {
    const renamed = [member(1), member(2), member(3, { name: "etcd1" })];
    expect(plan(renamed, 3)).toHaveLength(1);
    expect(plan(renamed, 3)[0]).toContain("member remove fedcba9876543213");
  });

  test("a leader hands over first, to a member that stays", () => {
    const five = [...three, member(4), member(5)].map((one) => ({ ...one, leader: one.name === "etcd5" }));
    const [first, second] = plan(five, 5);
    expect(first).toContain("--endpoints https://10.0.0.5:2379 move-leader fedcba9876543212");
    expect(second).toContain("member remove fedcba9876543215");
  });

  test("nothing is left to do when it is gone; what answers stays while only the dead are to go", () => {
    expect(plan(three, 4)).toEqual([]);
    expect(plan(three, 3, true)).toEqual([]);
    expect(plan([member(1), member(2), member(3, { healthy: false })], 3, true)).toHaveLength(1);
  });

  test("refuses what would take the majority away", () => {
    const sick = [member(1), member(2, { healthy: false }), member(3)];
    expect(() => plan(sick, 3)).toThrow("without etcd3, 1 of 2 voters would be healthy, 2 are needed");
    expect(() => plan(undefined, 3)).toThrow("no member of the cluster answers");
  });

  test("a host that is no member yet has nothing to ask", () => {
    const current = { hasLog: false, cluster: undefined };
    expect(etcdRemoved.plan({ args: { ...common, ...at(3) }, current })).toEqual([]);
  });
});

describe("etcdLostRemoved", () => {
  const plan = (hasLog: boolean, members: readonly Member[]) =>
    texts(etcdLostRemoved.plan({ args: { ...common, ...at(3) }, current: { hasLog, cluster: cluster(members) } }));
  const lost = [member(1), member(2), member(3, { healthy: false })];

  test("takes out what the host was; not one with data, nor one that has been added anew", () => {
    expect(plan(false, lost)[0]).toContain("member remove fedcba9876543213");
    expect(plan(true, lost)).toEqual([]);
    expect(plan(false, [member(1), member(2), added(3)])).toEqual([]);
  });

  test("refuses when the member answers: then its data is elsewhere", () => {
    expect(() => plan(false, three)).toThrow("has no data in /var/lib/etcd, but its member fedcba9876543213 answers");
  });
});

describe("etcdRetired", () => {
  const args = { ...common, ...at(4) };
  const former = (members: readonly Member[] | undefined): FakeHost => {
    const host = new FakeHost(at(4));
    host.set(unitState("etcd"), { ...unitState.bare("etcd"), load: "loaded", active: "activating", file: "enabled" });
    host.set(etcdHasLog(place), true);
    host.set(pathExists(BOOTSTRAP), true);
    host.set(pathExists("/etc/etcd/pki/client.key"), true);
    host.set(etcdCluster(client), cluster(members));
    return host;
  };
  const current = async (host: FakeHost) => {
    const probes = {
      unit: unitState("etcd"),
      hasLog: etcdHasLog(place),
      mayStart: pathExists(BOOTSTRAP),
      hasKeys: pathExists("/etc/etcd/pki/client.key"),
      cluster: etcdCluster(client),
    };
    const answers = await host.read(Object.values(probes));
    return Object.fromEntries(Object.entries(probes).map(([name, { key }]) => [name, answers.get(key)])) as never;
  };

  test("stops it, sets its data aside, and removes its keys last", async () => {
    const steps = texts(etcdRetired.plan({ args, current: await current(former(three)) }));
    expect(steps.map((step) => step.split("\n")[0]?.split(" ").slice(0, 2).join(" "))).toEqual([
      "systemctl disable",
      "systemctl stop",
      "rm -f",
    ]);
    expect(steps[1]).toContain("aside=removed-$(date");
  });

  test("removes the data only when it is asked to", async () => {
    const steps = texts(
      etcdRetired.plan({ args: { ...args, deleteData: true }, current: await current(former(three)) }),
    );
    expect(steps[1]).toContain("rm -rf member");
  });

  test("refuses while it is a member, and while that cannot be asked", async () => {
    const still = await current(former([...three, member(4)]));
    expect(() => etcdRetired.plan({ args, current: still })).toThrow("etcd4 is still member fedcba9876543214");
    const unknown = await current(former(undefined));
    expect(() => etcdRetired.plan({ args, current: unknown })).toThrow("cannot be asked");
  });

  test("a bare host is left as it is", async () => {
    expect(etcdRetired.plan({ args, current: await current(new FakeHost(at(4))) })).toEqual([]);
  });
});

describe("who may join", () => {
  const up: Progress = { hasData: true, joined: true, cluster: { members: three, alarms: [] } };
  const empty: Progress = { hasData: false, joined: false, cluster: undefined };
  const objection = (replaceLost: boolean, ...answers: readonly Progress[]) => joining("3.4", replaceLost, answers);
  const joining = (minor: "3.4" | "3.5", replaceLost: boolean, answers: readonly Progress[]) =>
    joinObjection(
      answers.map((answer, i) => ({ host: at(i + 1), answer })),
      { replaceLost, minor },
    );

  test("new hosts, when a cluster answers", () => {
    expect(objection(false, up, up, up, empty)).toBeUndefined();
    expect(objection(false, empty, empty)).toContain("no cluster answers");
  });

  test("only with the minor version that the cluster has", () => {
    expect(joining("3.5", false, [up, up, up, empty])).toContain("etcd1 runs 3.4.23, newcomers would bring 3.5");
  });

  test("one that has lost its data only by etcd-replace.ts", () => {
    expect(objection(false, up, empty, up)).toContain("etcd2 is member fedcba9876543212 of the cluster and has lost");
    expect(objection(true, up, empty, up)).toBeUndefined();
  });
});
