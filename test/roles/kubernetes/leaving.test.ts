import { describe, expect, test } from "vitest";
import { type NodeTraces, nodeGone, nodesKnown, nodeTraces } from "../../../roles/kubernetes/leaving.ts";
import type { EtcdSeen } from "../../../roles/kubernetes/stacked-etcd.ts";
import { member } from "../etcd/member.ts";

const node = (name: string) => ({ name, address: "192.0.2.1", ready: true, schedulable: true });
const none: NodeTraces = { reported: {}, heardOf: [] };

describe("names of nodes that are to go", () => {
  const ask = (name: string, more: { nodes?: string[]; etcd?: EtcdSeen; heardOf?: string[] } = {}) =>
    nodesKnown.plan({
      args: { names: [name], inventory: ["master1", "worker1"] },
      current: {
        nodes: (more.nodes ?? ["master1", "worker1"]).map(node),
        etcd: more.etcd ?? "no key",
        traces: { ...none, heardOf: more.heardOf ?? [] },
      },
      triggered: false,
    });

  test("are right when the inventory, the cluster or its etcd knows them", () => {
    expect(ask("worker1", { nodes: ["master1"] })).toEqual([]);
    expect(ask("worker7", { nodes: ["master1", "worker7"] })).toEqual([]);
    expect(ask("etcd2", { etcd: { members: [member(1), member(2)], alarms: [] } })).toEqual([]);
  });

  test("are right when the cluster has heard of them in the last hour: a removal may be run again", () =>
    expect(ask("worker7", { heardOf: ["worker7"] })).toEqual([]));

  test("are refused when nobody knows them, with the one that was probably meant", () => {
    expect(() => ask("wroker1")).toThrow(
      'neither the inventory nor the cluster knows a node "wroker1" (did you mean "worker1"?)',
    );
    expect(() => ask("somebody")).toThrow('knows a node "somebody"');
  });
});

describe("a node that is said to be gone", () => {
  const ask = (reported: NodeTraces["reported"], more: { nodes?: string[]; etcd?: EtcdSeen } = {}) =>
    nodeGone.plan({
      args: { name: "etcd2", address: "10.0.0.2" },
      current: {
        nodes: (more.nodes ?? ["etcd1", "etcd2"]).map(node),
        etcd: more.etcd ?? { members: [member(1), member(2, { healthy: false })], alarms: [] },
        traces: { ...none, reported },
      },
      triggered: false,
    });

  test("may be forgotten when it is silent, or forgotten already", () => {
    expect(ask({ etcd1: 3, etcd2: 75 })).toEqual([]);
    expect(ask({ etcd1: 3 }, { nodes: ["etcd1"] })).toEqual([]);
  });
  test("is not when its kubelet reports", () =>
    expect(() => ask({ etcd2: 7 })).toThrow("etcd2 is not gone: its kubelet has reported 7 s ago"));
  test("is not when its member of etcd answers", () =>
    expect(() => ask({ etcd2: 75 }, { etcd: { members: [member(1), member(2)], alarms: [] } })).toThrow(
      "etcd2 is not gone: its member of etcd answers",
    ));
  test("is not where the cluster does not answer", () =>
    expect(() =>
      nodeGone.plan({
        args: { name: "etcd2" },
        current: { nodes: undefined, etcd: "no key", traces: none },
        triggered: false,
      }),
    ).toThrow("the cluster does not answer here"));
});

test("traces are read line by line", () => {
  const stdout = "reported|master1|4\nreported|worker1|61\nevent|worker1\nevent|worker9\n";
  expect(nodeTraces(undefined).kind.parse({ stdout, stderr: "", exitCode: 0 }, [undefined as never])[0]).toEqual({
    reported: { master1: 4, worker1: 61 },
    heardOf: ["worker1", "worker9"],
  });
});
