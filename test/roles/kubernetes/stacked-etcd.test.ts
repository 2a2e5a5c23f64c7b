import { describe, expect, test } from "vitest";
import { memberCanGo } from "../../../roles/kubernetes/member-removal.ts";
import { etcdGate, readMembers } from "../../../roles/kubernetes/stacked-etcd.ts";

// As etcd 3.6.5 of a cluster of the lab said it, ids and all; the third member does not answer.
const member = (id: string, n: number, more = "") =>
  `{"ID":"${id}","name":"ma${n}","peerURLs":["https://192.0.2.1${n}:2380"],"clientURLs":["https://192.0.2.1${n}:2379"]${more}}`;
const status = (id: string, leader: string) =>
  `{"header":{"cluster_id":"16807109399524388802","member_id":"${id}","revision":"1634","raft_term":"2"},"version":"3.6.5","dbSize":"2895872","leader":"${leader}","raftIndex":"1878","raftTerm":"2","raftAppliedIndex":"1878"}`;
const ids = ["11950071945120419184", "4349144353059666830", "9372538179322589801"] as const;
const lines = (...third: readonly string[]) =>
  [
    `{"header":{"cluster_id":"16807109399524388802"},"members":[${ids.map((id, i) => member(id, i + 1)).join(",")}]}`,
    ...ids
      .slice(0, 2)
      .flatMap((id, i) => [`https://192.0.2.1${i + 1}:2379`, '{"health":"true","reason":""}', status(id, ids[0])]),
    "https://192.0.2.13:2379",
    ...third,
    "",
  ].join("\n");
const whole = lines('{"health":"true","reason":""}', status(ids[2], ids[0]));
const broken = lines("", "");

test("a member that has joined just now is given time before it counts as missing", () => {
  expect(etcdGate.settleMs).toBeGreaterThanOrEqual(30_000);
});

test("ids keep all of their 64 bits", () => {
  expect(readMembers(whole)?.members.map(({ id }) => id)).toEqual(ids.map((id) => BigInt(id).toString(16)));
});

test("who is healthy, and who leads", () => {
  expect(readMembers(broken)?.members.map(({ healthy, leader }) => [healthy, leader])).toEqual([
    [true, true],
    [true, false],
    [false, false],
  ]);
  expect(readMembers("")).toBeUndefined();
});

describe("the gate", () => {
  const hosts = [1, 2, 3, 4].map((n) => ({ name: `ma${n}`, address: `192.0.2.1${n}` }));
  const objection = (text: string, batch: number) =>
    etcdGate.objection(
      hosts.map((host, i) => ({ host, answer: i < 2 ? readMembers(text) : undefined })),
      [hosts[batch]!],
    );

  test("lets a control plane in while all members are well", () => expect(objection(whole, 3)).toBeUndefined());
  test("lets none in while one is not", () => expect(objection(broken, 3)).toContain("ma3 is not healthy"));
  test("has nothing against those that are in already", () => expect(objection(broken, 0)).toBeUndefined());
  test("has nothing to say where there is no cluster yet", () => {
    expect(
      etcdGate.objection(
        hosts.map((host) => ({ host, answer: undefined })),
        [hosts[0]!],
      ),
    ).toBeUndefined();
  });
});

describe("control planes that go together", () => {
  const voter = (n: number, healthy: boolean) => ({
    id: String(n),
    name: `ma${n}`,
    peerUrls: [`https://192.0.2.1${n}:2380`],
    clientUrls: [`https://192.0.2.1${n}:2379`],
    learner: false,
    healthy,
    leader: n === 1,
    version: "3.6.5",
    dbBytes: undefined,
    raftIndex: undefined,
  });
  const etcd = { members: [1, 2, 3, 4, 5].map((n) => voter(n, n !== 5)), alarms: [] };
  const ask = (...names: readonly [string, ...string[]]) => {
    const [name, ...before] = names.toReversed();
    const args = { name: name!, before: before.toReversed().map((one) => ({ name: one })) };
    return memberCanGo.plan({ args, current: { etcd } });
  };

  test("are counted together: each alone could go, all of them would take the majority away", () => {
    for (const name of ["ma1", "ma2", "ma3"]) expect(ask(name)).toEqual([]);
    expect(ask("ma1", "ma2")).toEqual([]);
    expect(() => ask("ma1", "ma2", "ma3")).toThrow("without ma3, 1 of 2 voters would be healthy");
  });

  test("one that is gone already takes nothing with it", () => expect(ask("ma5", "ma4", "ma3", "ma2")).toEqual([]));
});
