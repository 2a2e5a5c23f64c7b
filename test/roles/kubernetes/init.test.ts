import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { emptyEtcd, founderOf, kubeadmInit, type Seen } from "../../../roles/kubernetes/init.ts";
import type { Stage } from "../../../roles/kubernetes/node-state.ts";
import { clusterVars } from "../../../roles/kubernetes/vars.ts";
import { cluster } from "./cluster.ts";

/** What the control planes ma1, ma2 ... say; undefined: cannot be asked. */
const seen = (...stages: readonly (Stage | undefined)[]): Seen =>
  stages.map((stage, i) => ({
    host: { name: `ma${i + 1}`, address: `192.0.2.${11 + i}` },
    answer: stage && { stage, ca: stage === "none" ? undefined : "one" },
  }));

describe("who begins a cluster", () => {
  test("the first, where none has anything", () => expect(founderOf(seen("none", "none", "none"), "ma2")).toBe("ma1"));
  test("nobody, where one has a cluster, wherever it stands", () => {
    expect(founderOf(seen("none", "none", "master"), "ma1")).toBeUndefined();
    expect(founderOf(seen(undefined, "master", "none"), "ma3")).toBeUndefined();
  });
  test("who was interrupted while beginning", () =>
    expect(founderOf(seen("none", "partial", "none"), "ma1")).toBe("ma2"));
  test("nobody beside a cluster that does not answer", () => {
    expect(() => founderOf(seen("none", "silent", "none"), "ma1")).toThrow("ma2 holds a cluster that does not answer");
  });
  test("nobody while one cannot be asked: it may hold a cluster", () => {
    expect(() => founderOf(seen("none", undefined, "none"), "ma1")).toThrow(
      "whether ma2 holds a cluster cannot be asked",
    );
  });
});

describe("the step", () => {
  const plan = (name: string, all: Seen) => {
    const { host, answer } = all.find((one) => one.host.name === name)!;
    return kubeadmInit.plan({ args: { cluster, name, address: host.address, seen: all }, current: { node: answer! } });
  };

  test("is taken by one host only", () => {
    const all = seen("none", "none", "none");
    expect(["ma1", "ma2", "ma3"].map((name) => plan(name, all).length)).toEqual([1, 0, 0]);
  });

  test("goes on without kubeadm's look for what is there already, after an interruption", () => {
    const [step] = plan("ma1", seen("partial", "none", "none"));
    expect(String(step?.kind === "run" && step.command)).toContain("--skip-phases=preflight");
    const [fresh] = plan("ma1", seen("none", "none", "none"));
    expect(String(fresh?.kind === "run" && fresh.command)).not.toContain("--skip-phases=preflight");
  });

  test("is refused between two clusters", () => {
    const [one, two] = seen("master", "master");
    const all: Seen = [one!, { ...two!, answer: { stage: "master", ca: "another" } }];
    expect(() => plan("ma1", all)).toThrow("ma1 and ma2 belong to two different clusters");
  });
});

describe("the configuration", () => {
  const begin = (more: object) => {
    const all = seen("none");
    const args = { cluster: clusterVars.parse({ ...cluster, ...more }), name: "ma1", address: "192.0.2.11", seen: all };
    const [step] = kubeadmInit.plan({ args, current: { node: all[0]!.answer! } });
    if (step?.kind !== "run") throw new Error("nothing is begun");
    const kubeadm = `kubeadm() {
      case $1 in
        config) ! grep maxPodz ;;
        init) echo begun >&3; cat >&3 ;;
      esac
    }
    kubectl() { :; }`;
    const script = `exec 3>&1\n${kubeadm}\n${String(step.command).replaceAll("/var/log/", "/dev/null #")}`;
    return spawnSync("sh", ["-c", script], { encoding: "utf8", input: String(step.stdin) });
  };
  test("is handed on whole", () => {
    const { stdout, status, stderr } = begin({});
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^begun\n\{.*"kind": "KubeProxyConfiguration".*\}\n/s);
  });
  test("with a setting that kubeadm does not know begins nothing", () => {
    const { stdout, stderr, status } = begin({ kubelet: { maxPodz: 200 } });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("kubeadm does not take the configuration (kube_kubelet, kube_proxy): ");
  });
});

describe("an etcd on hosts of its own", () => {
  const { etcd } = clusterVars.parse({ ...cluster, etcd: { endpoints: ["https://192.0.2.41:2379"] } });
  const begunOn = (curl: string) => {
    const { status, stderr } = spawnSync("sh", ["-c", `set -eu\ncurl() { ${curl}; }\n${emptyEtcd(etcd!)}`], {
      encoding: "utf8",
    });
    return status === 0 ? "begun" : stderr.trim();
  };

  test("is begun on when it says that it holds nothing", () =>
    expect(begunOn(`echo '{"header":{"revision":"1"}}'`)).toBe("begun"));

  test.each([
    [
      "holds a cluster",
      `echo '{"header":{"revision":"9"},"count":"200"}'`,
      "etcd holds the data of an earlier cluster",
    ],
    ["does not answer", "return 7", "etcd does not answer at https://192.0.2.41:2379"],
    [
      "has no majority to ask",
      `echo '{"error":"etcdserver: request timed out","code":14}'`,
      'etcd does not say whether it holds a cluster already: {"error":"etcdserver: request timed out","code":14}',
    ],
  ])("is not when it %s", (_, curl, said) => expect(begunOn(curl)).toContain(said));
});
