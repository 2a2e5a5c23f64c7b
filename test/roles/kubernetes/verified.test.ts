import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { certificateNames } from "../../../roles/kubernetes/vars.ts";
import { clusterSettled, clusterVerified, isAmiss } from "../../../roles/kubernetes/verified.ts";
import { viewIn } from "../../../roles/kubernetes/verify-probe.ts";
import { commandText } from "../../../runner/define/command.ts";
import { cluster as stacked } from "./cluster.ts";

const cluster = { ...stacked, etcd: { endpoints: ["https://192.0.2.41:2379"] } };
const [self] = stacked.masters;
const nodes = [{ ...self!, controlPlane: true }];
const args = { cluster, self: self!, nodes };

const view = (ready: string) =>
  viewIn(`node|ma1|192.0.2.11|${ready}|v1.34.4|{"node-role.kubernetes.io/control-plane":""}
lease|kube-controller-manager|ma1_71f1|2
lease|kube-scheduler|ma1_d7b3|1
`);
const certificate = (names: readonly string[]) =>
  ({ names, addresses: [], daysLeft: 300 }) as unknown as { unreadable: string };
const own = certificateNames({ ...stacked, masters: [self!] });

const current = {
  view: view("True"),
  etcd: undefined,
  certificate: certificate(own),
  expiry: { certificates: [{ name: "apiserver", daysLeft: 300, external: false }], authorities: [], parts: [] },
  foreseen: false,
};

test("a cluster that is whole is neither waited for nor refused, and its certificates need not name the other apiservers", () => {
  expect(clusterVerified.plan({ args, current })).toEqual([]);
  expect(clusterSettled.plan({ args: { ...args, seconds: 60 }, current })).toEqual([]);
  expect(own).not.toContain("ma2");
});

test("what is wrong is waited for where that is wanted, and refused when it is still so", () => {
  const broken = { ...current, view: view("False"), certificate: certificate([]) };
  const [step, ...more] = clusterSettled.plan({ args: { ...args, seconds: 60 }, current: broken });
  expect(step).toMatchObject({ kind: "wait", timeoutMs: 180_000 });
  expect(step?.changes.map(({ from }) => from)).toEqual([
    "ma1 is not ready",
    expect.stringContaining("the apiserver's certificate lacks"),
  ]);
  expect(more).toEqual([]);
  expect(() => clusterVerified.plan({ args, current: broken })).toThrow("ma1 is not ready\nthe apiserver's");
});

test("a check, which foresees what a run waits for, refuses nothing", () => {
  const bare = { ...current, view: undefined };
  expect(() => clusterVerified.plan({ args, current: bare })).toThrow("no cluster answers here");
  const [step] = clusterSettled.plan({ args: { ...args, seconds: 60 }, current: bare });
  expect(step?.effects.map(({ probe, answer }) => [probe.kind.kindName, answer(false)])).toEqual([
    ["clusterForeseen", true],
  ]);
  expect(clusterVerified.plan({ args, current: { ...bare, foreseen: true } })).toEqual([]);
});

const WELL = `node|ma1|192.0.2.11|True|v1.34.4|{"a":"b"}
lease|kube-scheduler|ma1_d7b3|2
`;

test.each([
  ["nothing is amiss", "", 1],
  ["a node is not ready", "node|wo1|192.0.2.21|False|v1.34.4|{}\n", 0],
  ["a node has not told yet", "node|wo1|192.0.2.21||v1.34.4|{}\n", 0],
  ["a part is unwell", "unwell|kube-scheduler\n", 0],
  ["a pod does not run", "pod|kube-system/coredns-1\n", 0],
  ["nobody holds a lease", "lease|kube-controller-manager||3\n", 0],
  ["a lease is old", "lease|kube-controller-manager|ma2_71f1|31\n", 0],
])("a cluster is waited for while something is amiss, and no longer: %s", (_, more, status) => {
  const script = commandText(isAmiss, () => "");
  expect(spawnSync("sh", ["-c", script], { input: `${WELL}${more}` }).status).toBe(status);
});
