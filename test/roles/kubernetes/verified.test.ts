import { expect, test } from "vitest";
import { certificateNames } from "../../../roles/kubernetes/vars.ts";
import { clusterSettled, clusterVerified } from "../../../roles/kubernetes/verified.ts";
import { viewIn } from "../../../roles/kubernetes/verify-probe.ts";
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
