import { describe, expect, test } from "vitest";
import reset from "../../../playbooks/kubernetes-reset.ts";
import { removalPlays } from "../../../roles/kubernetes/removal.ts";
import { nodeReset } from "../../../roles/kubernetes/reset.ts";
import { siteOf } from "./cluster.ts";
import { runScript } from "./scripts.ts";

describe("nodes that go", () => {
  const removal = (names: readonly string[], gone: boolean) =>
    removalPlays(siteOf({}), { names, gone }).map(({ title, on }) => [title, on.map(({ name }) => name)]);

  test("are asked for on a control plane that stays, also when the first one goes", () => {
    expect(removal(["ma1"], false)).toEqual([
      ["Pods go elsewhere", ["ma2"]],
      ["No vote in etcd: ma1", ["ma2"]],
      ["A plain host: ma1", ["ma1"]],
      ["Out of the cluster: ma1", ["ma2"]],
    ]);
  });
  test("are drained, but not when they are gone: the cluster may hold them for ready still, and nobody would end their pods", () => {
    const tasks = (gone: boolean) => {
      const [first] = removalPlays(siteOf({}), { names: ["ma1"], gone });
      const host = first!.on.hosts[0]!;
      return first!.roles(host).flatMap((role) => role.tasks(host, {}).map(({ name }) => name));
    };
    expect(tasks(false)).toEqual(["memberCanGo ma1", "nodeDrain ma1"]);
    expect(tasks(true)).toEqual(["nodeGone ma1", "memberCanGo ma1"]);
  });
  test.each([true, false])("never are all control planes (gone: %s): that ends the cluster, unconfirmed", (gone) => {
    expect(() => removal(["ma1", "ma2", "ma3"], gone)).toThrow("no control plane would stay");
  });
  test("are taken out once, however often they are named", () =>
    expect(removal(["wo1", "wo1"], false)).toEqual(removal(["wo1"], false)));
  test("go one control plane after the other, in the order that etcd is asked about them, and have no vote before their hosts are touched", () => {
    expect(removal(["wo1", "ma3", "wo2", "ma2"], false).slice(1)).toEqual([
      ["No vote in etcd: ma3", ["ma1"]],
      ["A plain host: ma3", ["ma3"]],
      ["Out of the cluster: ma3", ["ma1"]],
      ["No vote in etcd: ma2", ["ma1"]],
      ["A plain host: ma2", ["ma2"]],
      ["Out of the cluster: ma2", ["ma1"]],
      ["No vote in etcd: wo1, wo2", ["ma1"]],
      ["A plain host: wo1, wo2", ["wo1", "wo2"]],
      ["Out of the cluster: wo1, wo2", ["ma1"]],
    ]);
  });
  test("are counted out of etcd one by one, so that one whose host has been set up anew takes no other along", () => {
    const plays = removalPlays(siteOf({}), { names: ["ma2", "ma3"], gone: false });
    const tasks = plays.slice(1).flatMap(({ on, roles }) => {
      const host = on.hosts[0]!;
      return roles(host).flatMap((role) =>
        role.name === "balancerWithdrawn" ? [] : role.tasks(host, {}).map(({ name }) => name),
      );
    });
    expect(tasks).toEqual([
      "memberRemoval ma2",
      "nodeReset ma2",
      "nodeDeletion ma2",
      "memberRemoval ma3",
      "nodeReset ma3",
      "nodeDeletion ma3",
    ]);
  });
  test("are out of etcd and the cluster by their names alone where the inventory has them no more", () =>
    expect(removal(["former"], false).slice(1)).toEqual([
      ["No vote in etcd: former", ["ma1"]],
      ["Out of the cluster: former", ["ma1"]],
    ]));
  test("are not called when they are gone", () => {
    expect(removal(["wo1"], true)).toEqual([
      ["Pods go elsewhere", ["ma1"]],
      ["No vote in etcd: wo1", ["ma1"]],
      ["Out of the cluster: wo1", ["ma1"]],
    ]);
  });
});

describe("a node that becomes a plain host", () => {
  test("starts nothing any more, and has no links of the network of pods left, and all of others", () => {
    const [step] = nodeReset.plan({
      args: { name: "w1", criSocket: "unix:///run/containerd/containerd.sock" },
      current: { node: { stage: "worker", ca: "one" } },
    });
    const found = [
      "lo:",
      "eth0@if9:",
      "flannel.1:",
      "cni0:",
      "cali0a1b2c@if3:",
      "kube-ipvs0:",
      "docker0:",
      "calico-lab:",
    ];
    const ip = `case "$*" in
      "-o link") printf '%s\\n' ${found.map((name, i) => `'${i + 1}: ${name} <UP> mtu 1500'`).join(" ")} ;;
      "link delete "*) echo "$3" >&3 ;;
    esac`;
    const nothing = "exit 0";
    const script = `exec 3>&1\n${step?.kind === "run" && step.command}`
      .replaceAll("/var/log/", "/dev/null #")
      .replace(/^rm -rf .*$/m, "");
    const programs = {
      ip,
      systemctl: 'echo "systemctl $*" >&3',
      kubeadm: 'echo "kubeadm $1" >&3',
      nft: nothing,
      "iptables-save": nothing,
      "iptables-restore": nothing,
      readlink: nothing,
    };
    expect(runScript(script, { programs }).stdout.trim().split("\n")).toEqual([
      "systemctl stop kubelet",
      "kubeadm reset",
      "flannel.1",
      "cni0",
      "cali0a1b2c",
      "kube-ipvs0",
    ]);
  });
  const rolesOf = (plays: ReturnType<typeof removalPlays>, name: string) =>
    plays
      .filter(({ title }) => title.includes("plain host") || title.startsWith("Nothing answers"))
      .flatMap(({ on, roles }) => on.hosts.filter((host) => host.name === name).flatMap((host) => roles(host)))
      .map((role) => role.name);
  const inventory = (...given: Parameters<typeof siteOf>) => {
    const { groups, vars } = siteOf(...given);
    return { groups: { ...groups }, vars: { ...vars, kube_confirm: "kubernetes.internal" } };
  };
  const removed = (...given: Parameters<typeof siteOf>) =>
    rolesOf(removalPlays(siteOf(...given), { names: ["ma3"], gone: false }), "ma3");
  const ended = (name: string, ...given: Parameters<typeof siteOf>) => rolesOf(reset.plays(inventory(...given)), name);

  test("balances no more, where control planes do: it would take the virtual address that the others hold", () => {
    expect(removed({})).toEqual(["kubeadmReset", "balancerWithdrawn"]);
    expect(ended("ma3", {})).toEqual(["kubeadmReset", "balancerWithdrawn"]);
  });
  test("leaves balancers of their own alone, which end with the cluster", () => {
    expect(removed({ balancers: 2 })).toEqual(["kubeadmReset"]);
    expect(ended("ma3", { balancers: 2 })).toEqual(["kubeadmReset"]);
    expect(ended("ba1", { balancers: 2 })).toEqual(["balancerWithdrawn"]);
  });
  test("gives back the address that it has behind LVS", () =>
    expect(removed({ balancers: 2 }, { kube_balancer: "lvs" })).toEqual(["kubeadmReset", "lvsRealServer"]));
  test("has nothing more to give back without a balancer", () =>
    expect(ended("ma1", { masters: 1 }, { kube_balancer: "none" })).toEqual(["kubeadmReset"]));
});
