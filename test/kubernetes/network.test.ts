import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubeadmFile, proxyConfiguration } from "../../roles/kubernetes/kubeadm-config.ts";
import { clusterVars } from "../../roles/kubernetes/vars.ts";
import { useLab } from "../e2e/lab-fixture.ts";
import { cluster } from "../roles/kubernetes/cluster.ts";
import { BUNDLE, CALICO, KUBE_PROXY } from "./bundle.ts";
import { KubeProject } from "./project.ts";

const lab = useLab({ name: "kubenet", hosts: ["cp1"], privileged: true });
let project: KubeProject;
let folder: string;
const configured = (vars: object) =>
  project.configure(
    { masters: ["cp1"] },
    { kube_balancer: "none", kube_source: { kind: "bundle", folder: join(folder, "bundle.tar") }, ...vars },
  );

beforeAll(async () => {
  project = await KubeProject.create(lab());
  folder = await mkdtemp(join(tmpdir(), "network-"));
  await promisify(execFile)("tar", ["-cf", join(folder, "bundle.tar"), "-C", BUNDLE, "."]);
});
afterAll(async () => {
  await project.remove();
  await rm(folder, { recursive: true });
});

const calico = { kind: "manifest", file: CALICO };

test("Calico's manifest is refused before any host is contacted while its pool is not the cluster's", async () => {
  const pool = /# (- name: CALICO_IPV4POOL_CIDR)\n( +)# ( +value: "192.168.0.0\/16")/;
  const file = join(folder, "calico.yaml");
  await writeFile(file, (await readFile(CALICO, "utf8")).replace(pool, "$1\n$2$3"));
  await configured({ kube_network: { kind: "manifest", file } });
  const run = await project.play("site.ts");
  expect([run.exitCode, run.changed]).toEqual([1, []]);
  expect(run.why).toContain("gives pods addresses of 192.168.0.0/16 (CALICO_IPV4POOL_CIDR), and kube_pod_subnet is");
});

describe("kube-proxy", () => {
  test.each(["iptables", "nftables", "ipvs"] as const)("takes the configuration for the mode %s", async (proxyMode) => {
    const [file, seen] = [join(folder, "proxy.yaml"), join(folder, "seen.yaml")];
    await writeFile(file, kubeadmFile([proxyConfiguration(clusterVars.parse({ ...cluster, proxyMode }))]));
    await promisify(execFile)(KUBE_PROXY, ["--config", file, "--write-config-to", seen]);
    expect(await readFile(seen, "utf8")).toMatch(new RegExp(`^mode: ${proxyMode}$`, "m"));
  });

  test("carries services in a cluster from a bundle that is one file", async () => {
    await configured({});
    const run = await project.play("site.ts");
    expect(run.exitCode, run.why).toBe(0);
    const second = await project.play("site.ts");
    expect([second.exitCode, second.changed], second.why).toEqual([0, []]);
  });

  const rules = {
    iptables: "iptables-save -t nat | grep -c KUBE-SVC",
    nftables: "nft list table ip kube-proxy | grep -c service-",
  };
  test.each(["iptables", "nftables"] as const)("carries them anew when the mode becomes %s", async (mode) => {
    await configured({ kube_proxy_mode: mode });
    const run = await project.play("site.ts", ["--role", "kubeProxy"]);
    expect([run.exitCode, run.changed], run.why).toEqual([0, ["cp1 kubeProxy/mode of kube-proxy"]]);
    const log = await project.kubectl("cp1", "-n kube-system logs -l k8s-app=kube-proxy --tail=-1");
    expect(log).toContain(`Using ${mode} Proxier`);
    const found = async () => Number(await project.on("cp1", `${rules[mode]} || :`));
    await expect.poll(found, { timeout: 120_000, interval: 2000 }).toBeGreaterThan(0);
    const second = await project.play("site.ts", ["--role", "kubeProxy"]);
    expect([second.exitCode, second.changed], second.why).toEqual([0, []]);
  });
});

test("Calico's manifest is taken by the apiserver, and a second run finds nothing to apply", async () => {
  await configured({ kube_network: calico });
  const run = await project.play("site.ts", ["--role", "cni"]);
  expect(run.exitCode, run.why).toBe(0);
  expect(run.changed).toContain("cp1 cni/kubeApply /etc/kubernetes/ts-play/network.yaml");
  const objects = "get daemonset/calico-node deployment/calico-kube-controllers -o name";
  expect(await project.kubectl("cp1", `-n kube-system ${objects}`)).toBe(
    "daemonset.apps/calico-node\ndeployment.apps/calico-kube-controllers\n",
  );
  expect(await project.kubectl("cp1", "get crd -o name")).toContain("ippools.crd.projectcalico.org");
  const second = await project.play("site.ts", ["--role", "cni"]);
  expect([second.exitCode, second.changed], second.why).toEqual([0, []]);
});
