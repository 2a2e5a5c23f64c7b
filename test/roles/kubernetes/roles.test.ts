import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { architecture, fileHash, fileText } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { containerd } from "../../../roles/containerd/role.ts";
import { docker } from "../../../roles/docker/role.ts";
import { cni, kubePackages } from "../../../roles/kubernetes/role.ts";
import { osPrepare } from "../../../roles/os-prepare/role.ts";
import { buildBundle } from "../../../runner/bundle/build.ts";
import { readSpec } from "../../../runner/bundle/spec.ts";
import { fileOf, firstLines } from "../plans.ts";

const SHA = "a".repeat(64);
const release = {
  kind: "release" as const,
  version: "1.34.4",
  sha256: { amd64: { kubeadm: SHA, kubelet: SHA, kubectl: SHA } },
};
const packages = { kind: "packages" as const, version: "1.34.4", keySha256: SHA };
let folder: string;
let bundle: { kind: "bundle"; folder: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kube-roles-"));
  await writeFile(join(folder, "tool"), "a program");
  const image = { files: { "/tool": "tool" }, entrypoint: ["/tool"] };
  const spec = {
    kubernetes: "1.34.4",
    files: { "bin/kubeadm": "tool", "bin/kubelet": "tool", "bin/kubectl": "tool", "cni/bridge": "tool" },
    images: { "registry.k8s.io/kube-apiserver:v1.34.4": image, "registry.k8s.io/kube-proxy:v1.34.4": image },
  };
  await writeFile(join(folder, "spec.json"), JSON.stringify(spec));
  bundle = { kind: "bundle", folder: join(folder, "bundle") };
  await buildBundle(await readSpec(join(folder, "spec.json")), bundle.folder, () => undefined);
});
afterAll(() => rm(folder, { recursive: true }));

const node = () => new FakeHost({ name: "node1", address: "192.0.2.21" });
const enough = { leastMemoryMiB: 1, leastCpus: 1 };

test.each([
  ["containerd", () => containerd({})],
  ["docker", () => docker({})],
  ["kubePackages from a release", () => kubePackages({ source: release })],
  ["kubePackages from packages", () => kubePackages({ source: packages })],
  ["kubePackages from a bundle", () => kubePackages({ source: bundle })],
])("%s: a second run changes nothing", async (_, role) => {
  const host = node();
  expect((await host.apply(role())).steps).not.toEqual([]);
  expect((await host.apply(role())).steps).toEqual([]);
});

describe("osPrepare", () => {
  test("refuses a name that no node can have, before anything is changed", async () => {
    const run = await new FakeHost({ name: "Node_1", address: "192.0.2.21" }).attempt(
      osPrepare({ ...enough, keepHostname: true }),
    );
    expect(run.failure?.message).toContain("Node_1 cannot be the name of a node");
    expect(run.steps).toEqual([]);
  });

  test("keeps the endpoint's name in /etc/hosts", async () => {
    const host = node();
    host.set(fileText("/etc/hosts"), "127.0.0.1 localhost\n");
    const { steps } = await host.check(
      osPrepare({ ...enough, hosts: [{ address: "192.0.2.200", names: ["kubernetes.internal"] }] }),
    );
    expect(steps).toContain("write /etc/hosts");
  });

  test("keeps routes to pods over a restart of systemd-networkd", async () => {
    const { steps } = await node().check(osPrepare(enough));
    expect(steps).toContain("write /etc/systemd/networkd.conf.d/ts-play-pods.conf");
  });
});

describe("containerd", () => {
  const config = (vars: Parameters<typeof containerd>[0]) =>
    fileOf(containerd(vars), "/etc/containerd/config.toml").content;

  test("the file is as it should be", () => expect(config({})).toMatchSnapshot());

  test("is restarted when its file was changed by hand", async () => {
    const host = node();
    await host.apply(containerd({}));
    host.set(fileHash("/etc/containerd/config.toml"), "another");
    expect(firstLines(await host.apply(containerd({})))).toEqual([
      "write /etc/containerd/config.toml",
      "systemctl restart containerd.service",
    ]);
  });

  test("a mirror is written, and read at the next pull without a restart", async () => {
    const host = node();
    await host.apply(containerd({}));
    const mirrored = containerd({ registries: { "registry.k8s.io": [{ url: "https://mirror.example.com" }] } });
    expect((await host.apply(mirrored)).steps.join("\n")).not.toContain("systemctl");
    expect(fileOf(mirrored, "/etc/containerd/certs.d/registry.k8s.io/hosts.toml").content).toContain(
      '[host."https://mirror.example.com"]',
    );
  });

  test("what would leave the quotes of its file is refused", () => {
    expect(() => containerd({ pauseImage: 'pause"\n' })).toThrow("VAR005");
  });
});

describe("docker", () => {
  test("the engine's file names the driver that kubelets expect", () => {
    const { content } = fileOf(docker({ mirrors: ["https://mirror.example.com"] }), "/etc/docker/daemon.json");
    expect(JSON.parse(content)).toEqual({
      "data-root": "/var/lib/docker",
      "exec-opts": ["native.cgroupdriver=systemd"],
      "log-driver": "json-file",
      "log-opts": { "max-size": "50m", "max-file": "3" },
      "live-restore": true,
      "registry-mirrors": ["https://mirror.example.com"],
    });
  });
});

describe("kubePackages", () => {
  test("workers are not given the images of control planes", async () => {
    const names = async (controlPlane: boolean) =>
      (await node().check(kubePackages({ source: bundle, controlPlane }))).tasks
        .filter(({ task }) => task.includes("containerImage"))
        .map(({ task }) => task.split("/").at(-1));
    expect(await names(true)).toEqual(["kube-apiserver:v1.34.4", "kube-proxy:v1.34.4"]);
    expect(await names(false)).toEqual(["kube-proxy:v1.34.4"]);
  });

  test("packages are of the minor version's own repository, and are held", async () => {
    const { steps } = await node().check(kubePackages({ source: packages }));
    expect(fileOf(kubePackages({ source: packages }), "/etc/apt/sources.list.d/kubernetes.list").content).toBe(
      "deb [signed-by=/etc/apt/keyrings/kubernetes.asc] https://pkgs.k8s.io/core:/stable:/v1.34/deb/ /\n",
    );
    expect(steps.join("\n")).toMatch(/kubeadm=1\.34\.4-[\s\S]*apt-mark hold/);
  });

  test("a release is of the architecture that the host says it has", async () => {
    const arm = node();
    arm.set(architecture(), { machine: "aarch64", name: "arm64" });
    const { failure } = await arm.attempt(kubePackages({ source: release }));
    expect(failure?.message).toContain("no SHA-256 of Kubernetes 1.34.4 for arm64 is given");
    const both = { ...release, sha256: { ...release.sha256, arm64: release.sha256.amd64 } };
    expect((await arm.check(kubePackages({ source: both }))).steps.join("\n")).toContain("/bin/linux/arm64/kubeadm");
    expect((await node().check(kubePackages({ source: both }))).steps.join("\n")).toContain("/bin/linux/amd64/kubeadm");
  });

  test("a bundle for another architecture is refused", async () => {
    const arm = node();
    arm.set(architecture(), { machine: "aarch64", name: "arm64" });
    const { failure } = await arm.attempt(kubePackages({ source: bundle }));
    expect(failure?.message).toContain("the bundle holds programs for amd64, and this host is arm64");
  });

  test("a version with a leading v is refused", () => {
    expect(() => kubePackages({ source: { ...release, version: "v1.34.4" } })).toThrow("without a leading v");
  });
});

test("flannel is given the cluster's own subnet, and the node's own address", () => {
  const { content } = fileOf(
    cni({ network: { kind: "flannel", podSubnet: "10.9.0.0/16", backend: "host-gw" } }),
    "/etc/kubernetes/ts-play/network.yaml",
  );
  expect(content).toContain('"Network": "10.9.0.0/16"');
  expect(content).toContain('"Type": "host-gw"');
  expect(content).toContain("--iface=$(NODE_ADDRESS)");
});
