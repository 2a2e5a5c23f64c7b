import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Cluster } from "../../../roles/etcd/member.ts";
import { controlPlaneGate } from "../../../roles/kubernetes/standing.ts";
import { controlPlaneUpgrade, controlPlaneVersions } from "../../../roles/kubernetes-upgrade/control-plane.ts";
import { upgradeVars } from "../../../roles/kubernetes-upgrade/inventory-vars.ts";
import { kubeletUpgrade } from "../../../roles/kubernetes-upgrade/kubelet.ts";
import { nodeClosing, nodeOpening, upgradedNode } from "../../../roles/kubernetes-upgrade/node.ts";
import { upgradePlays } from "../../../roles/kubernetes-upgrade/plays.ts";
import { backupThere, stackedSnapshot } from "../../../roles/kubernetes-upgrade/snapshot.ts";
import { siteOf } from "../kubernetes/cluster.ts";
import { runScript } from "../kubernetes/scripts.ts";

const version = "1.34.4";

describe("a control plane", () => {
  const commands = (configured: string | undefined, parts: string | undefined) =>
    controlPlaneUpgrade
      .plan({ args: { name: "cp1", version }, current: { is: { configured, parts } } })
      .map((step) => /kubeadm upgrade \w+/.exec(step.kind === "run" ? step.command.toString() : "")?.[0]);

  test("says the version to the cluster when nobody has yet, else only goes along", () => {
    expect(commands("1.33.13", "1.33.13")).toEqual(["kubeadm upgrade apply"]);
    expect(commands(version, "1.33.13")).toEqual(["kubeadm upgrade node"]);
    expect(commands(version, version)).toEqual([]);
  });
  test("that was interrupted is done again: with some parts new, or before the cluster was told", () => {
    expect(commands("1.33.13", version)).toEqual(["kubeadm upgrade apply"]);
    expect(commands(version, undefined)).toEqual(["kubeadm upgrade node"]);
  });
  test("whose cluster does not answer is let be", () =>
    expect(() => commands(undefined, "1.33.13")).toThrow("does not answer"));

  test("is as old as its oldest part, and known only when all parts are", () => {
    const { parse } = controlPlaneVersions(undefined).kind;
    const read = (stdout: string) => parse({ stdout, stderr: "", exitCode: 0 }, [undefined as never])[0];
    expect(read(`configured ${version}\npart 1.34.4\npart 1.33.13\npart 1.34.4\n`)).toEqual({
      configured: version,
      parts: "1.33.13",
    });
    expect(read("part 1.34.4\npart 1.34.4\n")).toEqual({ configured: undefined, parts: undefined });
  });
});

describe("a node", () => {
  const seen = { version: "1.33.13", ready: true, schedulable: true, closedHere: false };
  const closing = (more: Partial<typeof seen>, pods = 3) =>
    nodeClosing
      .plan({ args: { name: "w1", version }, current: { node: { ...seen, ...more }, pods } })
      .map((step) => (step.kind === "run" ? step.command.toString() : ""));
  const opens = (more: Partial<typeof seen>) =>
    nodeOpening.plan({ args: { name: "w1" }, current: { node: { ...seen, ...more } } }).length === 1;

  test("is closed with a mark and drained before its kubelet is exchanged, and not afterwards", () => {
    expect(closing({})[0]).toMatch(/annotate node w1 [^\n]*closed-for-upgrade=true[\s\S]*drain w1/);
    expect(closing({ version })).toEqual([]);
  });
  test("that somebody else has closed is drained, and stays closed", () => {
    expect(closing({ schedulable: false })[0]).toMatch(/drain w1/);
    expect(closing({ schedulable: false })[0]).not.toContain("annotate");
    expect(closing({ schedulable: false }, 0)).toEqual([]);
    expect(opens({ schedulable: false })).toBe(false);
  });
  test("that a run before this one has closed is opened", () =>
    expect(opens({ schedulable: false, closedHere: true })).toBe(true));
  test("that does not report cannot be drained, and is upgraded as it is", () =>
    expect(closing({ ready: false })).toEqual([]));
  test("of which a cluster that does not answer says nothing is not one that it does not know", () => {
    const asked = (kubectl: string) => {
      const seen = runScript(upgradedNode("w1").kind.command(["w1" as never]), {
        programs: { kubectl, sleep: "exit 0" },
      });
      const node = upgradedNode("w1").kind.parse(seen, ["w1" as never])[0];
      return () => nodeOpening.plan({ args: { name: "w1" }, current: { node } });
    };
    expect(asked("exit 1")).toThrow("no cluster answers on this control plane");
    expect(asked("exit 0")).toThrow("the cluster does not know w1");
    const later = 'n=$(dirname "$0")/asked; [ -e "$n" ] || { touch "$n"; exit 1; }; printf "v1.34.4|True|true|true"';
    expect(asked(later)()).toHaveLength(1);
  });
  test("has its kubelet restarted when the one that runs is another, or none does", () => {
    const steps = (running: string | undefined) =>
      kubeletUpgrade.plan({ args: { name: "w1", version }, current: { running } }).map(({ kind }) => kind);
    expect(steps("1.33.13")).toEqual(["run", "wait"]);
    expect(steps(undefined)).toEqual(["run", "wait"]);
    expect(steps(version)).toEqual([]);
  });
});

describe("the gate before a control plane", () => {
  const hosts = [1, 2, 3].map((i) => ({ name: `cp${i}`, address: `192.0.2.1${i}` }));
  const etcd = (healthy: readonly boolean[]): Cluster => ({
    alarms: [],
    members: healthy.map((well, i) => ({
      id: `${i}`,
      name: `cp${i + 1}`,
      peerUrls: [`https://192.0.2.1${i + 1}:2380`],
      clientUrls: ["https://there:2379"],
      learner: false,
      healthy: well,
      leader: i === 0,
      version: "3.5.24",
      dbBytes: 1,
      raftIndex: 1n,
    })),
  });
  const objection = (well: readonly boolean[], due = true, acceptOutage = false) => {
    const gate = controlPlaneGate({ acceptOutage, probe: controlPlaneVersions(undefined), due: () => due });
    const seen = hosts.slice(0, well.length).map((host, i) => ({
      host,
      answer: { well: well[i], etcd: etcd(well), more: { configured: version, parts: version } },
    }));
    return gate.objection(seen, [hosts[0]!]);
  };

  test("is open while the others are well, also when the one itself is not", () => {
    expect(objection([true, true, true])).toBeUndefined();
    expect(objection([false, true, true])).toBeUndefined();
  });
  test("is closed while another is not well, unless that is accepted or nothing is due", () => {
    expect(objection([true, false, true])).toBe("the control plane of cp2 is not well");
    expect(objection([true, false, true], false)).toBeUndefined();
    expect(objection([true, false, true], true, true)).toBeUndefined();
  });
  test("waits for one that is just coming back, as parts do that have lost their lease", () => {
    const gate = controlPlaneGate({ acceptOutage: false, probe: controlPlaneVersions(undefined), due: () => true });
    expect(gate.settleMs).toBeGreaterThanOrEqual(30_000);
  });
  test("is closed where etcd would have no majority without it, and open where there is only one", () => {
    expect(objection([true, true])).toContain("1 of 2 voters would be healthy, 2 are needed");
    expect(objection([true])).toBeUndefined();
  });
});

describe("the backup before", () => {
  const backup = (minutes: number) => ({ backups: [{ verified: true, at: 0 }], rest: [], now: minutes * 60_000 });
  const args = { version, folder: "backups/etcd", everyMinutes: 60 };
  const current = { is: { configured: "1.33.13", parts: "1.33.13" } };
  const taken = (minutes: number, more: object = {}) =>
    stackedSnapshot.plan({
      args: {
        ...args,
        name: "cp1",
        address: "192.0.2.11",
        source: ["https://192.0.2.11:2380"],
        cluster: "kubernetes",
        store: backup(minutes) as never,
        ...more,
      },
      current,
    }).length;

  test("is taken by the host whose member is asked, when there is no fresh one", () => {
    expect(taken(61)).toBe(4);
    expect(taken(59)).toBe(0);
    expect(taken(61, { source: ["https://192.0.2.12:2380"] })).toBe(0);
    expect(() => taken(61, { source: [] })).toThrow("no member of etcd can be asked");
  });
  test("is only asked for where etcd has hosts of its own", () => {
    const asked = (minutes: number, is = current.is) =>
      backupThere.plan({ args: { ...args, store: backup(minutes) as never }, current: { is } });
    expect(asked(59)).toEqual([]);
    expect(() => asked(61)).toThrow("no verified backup of etcd of the last 60 minutes");
    expect(asked(61, { configured: version, parts: version })).toEqual([]);
  });
});

test("all apiservers come before any kubelet, and what is looked at before all that is changed", () => {
  const site = siteOf({});
  const vars = { ...site.vars, ...z.object(upgradeVars).parse({}) };
  const plays = upgradePlays({ ...site, vars });
  expect(plays.map(({ title }) => title).slice(0, 11)).toEqual([
    "Control planes are there",
    "Nothing speaks against it",
    "Settings that the version knows",
    "Backup",
    "kubeadm and images",
    "Control planes",
    "DNS and kube-proxy",
    "Kubelets of control planes",
    "Kubelets of workers",
    "DNS and services",
    "Every control plane sees it whole",
  ]);
  const batches = plays.filter(({ title }) => /planes$|workers$/.test(title)).map(({ batch }) => batch);
  expect(batches).toEqual([[1], [1], ["20%"]]);
});
