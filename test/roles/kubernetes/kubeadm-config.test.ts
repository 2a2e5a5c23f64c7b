import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { defineOutput, secret, sh } from "ts-play";
import { describe, expect, test } from "vitest";
import { initFile, joinFile } from "../../../roles/kubernetes/kubeadm-config.ts";
import { type ClusterVars, certificateNames } from "../../../roles/kubernetes/vars.ts";
import { Group } from "../../../runner/define/host.ts";
import { Ref } from "../../../runner/define/ref.ts";
import { reveal, Secret } from "../../../runner/define/secret.ts";
import { RefBoard } from "../../../runner/engine/ref-board.ts";
import { FakeControl } from "../../../runner/testing/fake-control.ts";
import { BUNDLE, hasBundle } from "../../kubernetes/bundle.ts";
import { cluster } from "./cluster.ts";

const node = { name: "ma1", address: "192.0.2.11" };
const external: ClusterVars = {
  ...cluster,
  etcd: {
    endpoints: ["https://192.0.2.41:2379"],
    caFile: "/etc/kubernetes/pki/etcd/ca.crt",
    certFile: "/etc/kubernetes/pki/apiserver-etcd-client.crt",
    keyFile: "/etc/kubernetes/pki/apiserver-etcd-client.key",
  },
};

const documentsIn = (text: string): readonly Record<string, unknown>[] =>
  text.split("---\n").map((one) => JSON.parse(one) as Record<string, unknown>);

/** The file for a join, as kubeadm is given it. */
async function joinText(of: ClusterVars, master: boolean): Promise<string> {
  const masters = new Group("masters", [node]);
  const told = defineOutput({ name: "told", command: sh`tell`, parse: ({ stdout }) => stdout }).from(masters);
  const content = joinFile(
    of,
    { name: "ma2", address: "192.0.2.12" },
    {
      token: told.map(() => secret("abcdef.0123456789abcdef")),
      caHash: told.map(() => `sha256:${"b".repeat(64)}`),
      ...(master && { key: told.map(() => secret("c".repeat(64))) }),
    },
  );
  if (!(content instanceof Ref)) throw new Error("it is known before it is asked for");
  const value = await new RefBoard(() => Promise.resolve(""), new FakeControl()).value(content as Ref<unknown>);
  expect(value).toBeInstanceOf(Secret);
  return reveal(value as Secret);
}

describe("what a cluster is begun with", () => {
  test("the node speaks from its own address, never from a virtual one", () => {
    const [init] = documentsIn(initFile(cluster, node));
    expect(init).toMatchObject({
      kind: "InitConfiguration",
      localAPIEndpoint: { advertiseAddress: "192.0.2.11" },
      nodeRegistration: { name: "ma1", kubeletExtraArgs: [{ name: "node-ip", value: "192.0.2.11" }] },
    });
  });

  test("all control planes, the endpoint and the virtual address are in the certificate", () => {
    const names = [
      "127.0.0.1",
      "192.0.2.11",
      "192.0.2.12",
      "192.0.2.13",
      "192.0.2.200",
      "kubernetes.internal",
      "ma1",
      "ma2",
      "ma3",
    ];
    expect(certificateNames(cluster)).toEqual(names);
    expect(documentsIn(initFile(cluster, node))[1]).toMatchObject({
      kind: "ClusterConfiguration",
      kubernetesVersion: "v1.34.4",
      controlPlaneEndpoint: "kubernetes.internal:8443",
      apiServer: { certSANs: names },
    });
  });

  test("an etcd on hosts of its own is named with its certificates", () => {
    expect(documentsIn(initFile(external, node))[1]).toMatchObject({
      etcd: { external: { endpoints: ["https://192.0.2.41:2379"] } },
    });
    expect(documentsIn(initFile(cluster, node))[1]).not.toHaveProperty("etcd");
  });
});

test("a worker is given no key to the certificates that control planes share", async () => {
  expect(await joinText(cluster, false)).not.toContain("certificateKey");
  expect(await joinText(cluster, true)).toContain(`certificateKey: "${"c".repeat(64)}"`);
});

describe.runIf(hasBundle)("kubeadm itself takes it (needs the bundle of test/kubernetes/build.sh)", () => {
  test.each([
    ["a cluster with stacked etcd", () => initFile(cluster, node)],
    ["a cluster with an etcd of its own", () => initFile(external, node)],
    [
      "kube-proxy by nftables, and more kubelet settings",
      () => initFile({ ...cluster, proxyMode: "nftables", kubelet: { maxPods: 200 } }, node),
    ],
    ["a control plane that joins", () => joinText(cluster, true)],
    ["a worker that joins", () => joinText(cluster, false)],
  ])("%s", async (_, text) => {
    const folder = await mkdtemp(join(tmpdir(), "kubeadm-"));
    const file = join(folder, "config.yaml");
    await writeFile(file, await text());
    const { stdout, stderr } = await promisify(execFile)(join(BUNDLE, "bin/kubeadm"), [
      "config",
      "validate",
      "--config",
      file,
    ]);
    await rm(folder, { recursive: true });
    expect(stdout).toContain("ok");
    expect(stderr).toBe("");
  });
});
