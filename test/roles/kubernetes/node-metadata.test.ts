import { z } from "ts-play";
import { describe, expect, test } from "vitest";
import { nodeMetadata } from "../../../roles/kubernetes/node-metadata.ts";
import { clusterMetadata, metadataIn, TAINTS } from "../../../roles/kubernetes/node-metadata-probe.ts";
import { nodeVars } from "../../../roles/kubernetes/node-vars.ts";
import { runScript } from "./scripts.ts";

/** A line as kubectl prints it for the script of the probe. */
const line = (given: { labels?: object; annotations?: object; taints?: object[]; own?: object } = {}) =>
  [
    "w1",
    "4f1c",
    JSON.stringify({ "kubernetes.io/hostname": "w1", ...given.labels }),
    JSON.stringify({ "node.alpha.kubernetes.io/ttl": "0", ...given.annotations }),
    given.taints ? JSON.stringify(given.taints) : "",
    given.own ? JSON.stringify({ "f:metadata": given.own }) : "",
  ].join("\t");

const nothing = { labels: {}, annotations: {}, taints: [] as readonly string[] };
const planned = (wanted: Partial<typeof nothing>, given?: Parameters<typeof line>[0]) =>
  nodeMetadata.plan({
    args: { name: "w1", ...nothing, ...wanted },
    current: { nodes: [metadataIn(line(given))] },
  });
const changes = (...given: Parameters<typeof planned>) =>
  planned(...given).flatMap((step) => step.changes.map(({ attribute, from, to }) => [attribute, from, to]));

describe("labels", () => {
  test("that are missing or other are set", () => {
    expect(changes({ labels: { disk: "ssd", gpu: "a100" } }, { labels: { gpu: "none" } })).toEqual([
      ["label disk", undefined, "ssd"],
      ["label gpu", "none", "a100"],
    ]);
  });
  test("that we have set and nobody wants any more go; those of others stay", () => {
    const given = { labels: { old: "1", theirs: "2" }, own: { "f:labels": { ".": {}, "f:old": {} } } };
    expect(changes({}, given)).toEqual([["label old", "1", undefined]]);
  });
  test("that are as wanted, and ours, need nothing", () => {
    expect(
      planned({ labels: { disk: "ssd" } }, { labels: { disk: "ssd" }, own: { "f:labels": { "f:disk": {} } } }),
    ).toEqual([]);
  });
  test("that somebody else has set to the wanted value become ours as well", () => {
    expect(changes({ labels: { disk: "ssd" } }, { labels: { disk: "ssd" } })).toEqual([
      ["label disk", "ssd (set by others)", "ssd"],
    ]);
  });
});

test("annotations are kept in the same way", () => {
  const own = { "f:annotations": { "f:old": {}, "f:kept": {} } };
  expect(changes({ annotations: { kept: "a\tb" } }, { annotations: { old: "x", kept: "a\tb" }, own })).toEqual([
    ["annotation old", "x", undefined],
  ]);
});

describe("taints", () => {
  const gpu = { key: "gpu", value: "a100", effect: "NoSchedule" };
  const notReady = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };
  const record = (text: string) => ({
    annotations: { [TAINTS]: text },
    own: { "f:annotations": { [`f:${TAINTS}`]: {} } },
  });

  test("that are missing, or have another value, are set", () => {
    expect(changes({ taints: ["gpu=h100:NoSchedule", "slow:PreferNoSchedule"] }, { taints: [gpu] })).toEqual([
      ["taint gpu:NoSchedule", "a100", "h100"],
      ["taint slow:PreferNoSchedule", undefined, ""],
    ]);
  });
  test("that we have set and nobody wants any more go; those of the cluster and of others stay", () => {
    const given = { taints: [gpu, notReady], ...record("gpu=a100:NoSchedule") };
    expect(changes({}, given)).toEqual([["taint gpu:NoSchedule", "a100", undefined]]);
    expect(changes({}, { taints: [gpu, notReady] })).toEqual([]);
  });
  test("that are as wanted need nothing", () => {
    const given = { taints: [notReady, gpu], ...record("gpu=a100:NoSchedule") };
    expect(planned({ taints: ["gpu=a100:NoSchedule"] }, given)).toEqual([]);
  });
  test("whose record was lost are recorded again, for else they could never be taken off", () => {
    expect(planned({ taints: ["gpu=a100:NoSchedule"] }, { taints: [gpu] })).toHaveLength(1);
  });
});

test("a node that has not joined is not made up, and a host without a cluster is asked for nothing", () => {
  const args = { name: "w2", ...nothing, labels: { disk: "ssd" } };
  expect(nodeMetadata.plan({ args, current: { nodes: [metadataIn(line())] } })).toEqual([]);
  expect(nodeMetadata.plan({ args, current: { nodes: undefined } })).toEqual([]);
});

test("a control plane whose cluster does not answer is not taken for a host without one", () => {
  const { kind } = clusterMetadata(undefined);
  const read = (kubectl: string, files: Record<string, string>) => {
    const [nodes] = kind.parse(runScript(kind.command([undefined as never]), { files, programs: { kubectl } }), [
      undefined as never,
    ]);
    return nodeMetadata.plan({ args: { name: "w1", ...nothing, labels: { disk: "ssd" } }, current: { nodes } });
  };
  expect(() => read("exit 1", { "admin.conf": "x" })).toThrow("no cluster answers on this control plane");
  expect(read(`printf '%s' '${line()}'`, { "admin.conf": "x" })).toHaveLength(1);
  expect(read("exit 1", {})).toEqual([]);
});

test("what a plan foresees needs nothing more", () => {
  const args = { name: "w1", labels: { disk: "ssd" }, annotations: { a: "b" }, taints: ["gpu=a100:NoSchedule"] };
  const nodes = [metadataIn(line({ labels: { old: "1" }, own: { "f:labels": { "f:old": {} } } }))];
  const [step] = nodeMetadata.plan({ args, current: { nodes } });
  const after = step!.effects[0]!.answer(nodes) as typeof nodes;
  expect(after[0]!.labels).toEqual({ "kubernetes.io/hostname": "w1", disk: "ssd" });
  expect(nodeMetadata.plan({ args, current: { nodes: after } })).toEqual([]);
});

describe("the inventory", () => {
  const vars = z.object(nodeVars);
  test("may write values as YAML reads them", () => {
    expect(vars.parse({ node_labels: { gpu: true, slots: 4, "example.com/tier": "db" } }).node_labels).toEqual({
      gpu: "true",
      slots: "4",
      "example.com/tier": "db",
    });
  });
  test.each([
    [{ node_labels: { "-x": "1" } }],
    [{ node_labels: { "kubernetes.io/hostname": "other" } }],
    [{ node_labels: { "node-role.kubernetes.io/control-plane": "" } }],
    [{ node_labels: { a: "no spaces" } }],
    [{ node_annotations: { [TAINTS]: "x" } }],
    [{ node_taints: ["gpu"] }],
    [{ node_taints: ["gpu=1:Sometimes"] }],
    [{ node_taints: ["node.kubernetes.io/not-ready:NoExecute"] }],
    [{ node_taints: ["gpu=1:NoSchedule", "gpu=2:NoSchedule"] }],
    [{ zone: "a b" }],
  ])("%j is refused", (given) => expect(vars.safeParse(given).success).toBe(false));
});
