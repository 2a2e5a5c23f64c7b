import { describe, expect, test } from "vitest";
import { type BalancerHere, kindObjections } from "../../../roles/kubernetes/balancer-kind.ts";
import { layout } from "../../../roles/kubernetes/plays.ts";
import { siteOf } from "./cluster.ts";

const VIP = "192.0.2.200";
const here = (given: Partial<BalancerHere> = {}): BalancerHere => ({
  offered: { ports: [], addresses: [], shared: [] },
  loopback: { carried: [], enabled: [] },
  hosts: `${VIP} kubernetes.internal\n`,
  ...given,
});
const haproxy = here({ offered: { ports: [8443], addresses: [VIP], shared: [] } });
const director = here({ offered: { ports: [], addresses: [VIP], shared: [] } });
const realServer = here({
  loopback: { carried: [{ address: VIP, prefix: 32, label: "lo:lvs" }], enabled: [VIP] },
});
const objections = (vars: object, seen: BalancerHere) => kindObjections(siteOf({ balancers: 2 }, vars), seen);
const lvs = { kube_balancer: "lvs" };

describe("haproxy and keepalived", () => {
  test("do not become LVS at the same address", () =>
    expect(objections(lvs, haproxy)).toEqual([
      {
        message: `haproxy and keepalived here offer the cluster at ${VIP}, and kube_balancer is lvs: two would hold the address`,
        fix: "leave kube_balancer at keepalived",
      },
    ]));
  test("are followed by those of others at another address only", () => {
    expect(objections({ kube_balancer: "external" }, haproxy)[0]?.fix).toContain("another virtual_ip");
    expect(objections({ kube_balancer: "external", virtual_ip: "192.0.2.201" }, haproxy)).toEqual([]);
  });
  test("stay, and move", () => {
    expect(objections({}, haproxy)).toEqual([]);
    expect(objections({ virtual_ip: "192.0.2.201" }, haproxy)).toEqual([]);
  });
});

describe("LVS", () => {
  test("stays", () => {
    expect(objections(lvs, realServer)).toEqual([]);
    expect(objections(lvs, director)).toEqual([]);
  });
  test.each([
    ["keepalived at the same address", {}],
    ["keepalived at another", { virtual_ip: "192.0.2.201" }],
    ["a balancer of others", { kube_balancer: "external" }],
    ["none", { kube_balancer: "none" }],
  ])("does not become %s: nobody would take its address off the control planes", (_, vars) =>
    expect(objections(vars, realServer)).toEqual([
      { message: expect.stringContaining(`what comes for ${VIP}`), fix: "leave kube_balancer at lvs" },
    ]),
  );
  test("of another service is nobody's business", () => {
    const web = { carried: [{ address: "192.0.2.80", prefix: 32, label: "lo:lvs" }], enabled: ["192.0.2.80"] };
    expect(objections({}, here({ loopback: web }))).toEqual([]);
  });
});

test("directors are looked at as well as nodes, and before anything is changed", () => {
  const plays = layout(siteOf({ balancers: 2 }, lvs), true);
  const refusedAt = (name: string) =>
    plays.some(({ on, roles }) => {
      const host = on.hosts.find((one) => one.name === name);
      const facts = { ...haproxy, version: undefined, admin: undefined, kubelet: undefined };
      const calls = host ? roles(host).filter((role) => /clusterLayout|balancerKind/.test(role.name)) : [];
      return host !== undefined && calls.some((role) => role.tasks(host, facts).length > 0);
    });
  expect(["ma1", "wo1", "ba1", "ba2"].map(refusedAt)).toEqual([true, true, true, true]);
});
