import { describe, expect, test } from "vitest";
import { kubeadmJoin } from "../../../roles/kubernetes/join.ts";
import type { Stage } from "../../../roles/kubernetes/node-state.ts";
import type { EtcdSeen } from "../../../roles/kubernetes/stacked-etcd.ts";
import { member } from "../etcd/member.ts";

const etcdOf = (...members: readonly ReturnType<typeof member>[]): EtcdSeen => ({ members, alarms: [] });

/** What is done on the third control plane, each by what it changes. */
function changes(stage: Stage, etcd: EtcdSeen, as: "master" | "worker" = "master"): readonly string[] {
  const args = {
    as,
    name: "ma3",
    file: "the file",
    criSocket: "unix:///run/containerd/containerd.sock",
    ...(as === "master" && { address: "10.0.0.3" }),
    others: as === "master" ? ["10.0.0.1", "10.0.0.2"] : [],
  };
  const steps = kubeadmJoin.plan({
    args,
    current: { node: { stage, ca: undefined }, etcd, counted: undefined },
    triggered: false,
  });
  return steps.flatMap((step) => step.changes.map(({ attribute, from, to }) => `${attribute}: ${from} -> ${to}`));
}

const learner = member(3, { name: "", clientUrls: [], learner: true, healthy: false });

describe("a control plane whose joining was interrupted", () => {
  test("leaves etcd by the id of its member before it is cleaned, also when that has no vote and no name yet", () => {
    expect(changes("partial", etcdOf(member(1), member(2), learner))).toEqual([
      `member: ${learner.id} -> removed`,
      "node: partial -> cleaned",
      "node: partial -> master",
    ]);
    expect(changes("partial", etcdOf(member(1), member(2), member(3)))[0]).toBe(`member: ${learner.id} -> removed`);
  });

  test("is only cleaned when it was no member yet", () => {
    const cleaned = ["node: partial -> cleaned", "node: partial -> master"];
    expect(changes("partial", etcdOf(member(1), member(2)))).toEqual(cleaned);
    expect(changes("partial", "no key")).toEqual(cleaned);
  });

  test("is left alone where etcd would lose its majority without it", () => {
    const etcd = etcdOf(member(1), member(2, { healthy: false }), member(3));
    expect(() => changes("partial", etcd)).toThrow("its member of etcd cannot be taken out: without etcd3, 1 of 2");
  });

  test("is left alone while etcd could not take it in again", () => {
    const etcd = etcdOf(member(1), member(2), member(4, { healthy: false }), learner);
    expect(() => changes("partial", etcd)).toThrow("etcd4 is not healthy: replace it before the cluster grows");
  });

  test("is left alone when nobody says what it left in etcd", () =>
    expect(() => changes("partial", undefined)).toThrow("no other control plane says whether etcd has a member of it"));
});

test("a worker whose joining was interrupted has nothing in etcd", () =>
  expect(changes("partial", undefined, "worker")).toEqual(["node: partial -> cleaned", "node: partial -> worker"]));

test("who has joined is not asked about etcd", () => expect(changes("master", undefined)).toEqual([]));
