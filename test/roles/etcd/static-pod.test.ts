import { certificateAuthority, pathState } from "ts-play";
import { FakeHost } from "ts-play/testing";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { etcdPod } from "../../../roles/etcd/role.ts";
import { staticPod } from "../../../roles/etcd/static-pod.ts";
import { firstLines } from "../plans.ts";

const members = [1, 2, 3].map((n) => ({ name: `etcd${n}`, address: `10.0.0.${n}` }));
const given = {
  minor: "3.5",
  image: "registry.k8s.io/etcd:3.5.24-0",
  name: "etcd2",
  address: "10.0.0.2",
  members,
  token: "etcd",
  state: "new",
  dataDir: "/var/lib/etcd",
  pki: "/etc/etcd/pki",
  metricsPort: 2381,
  heartbeatMs: 100,
  electionMs: 1000,
  quotaGiB: 8,
  snapshotCount: 10_000,
  compactionHours: 8,
} as const;

const podOf = (more: object = {}) => parse(String(staticPod({ ...given, ...more })));

describe("the manifest", () => {
  const pod = podOf();
  const [container] = pod.spec.containers;

  test("is a pod on the host's network that a kubelet does not evict", () => {
    expect(pod).toMatchObject({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "etcd", namespace: "kube-system" },
      spec: { hostNetwork: true, priorityClassName: "system-node-critical" },
    });
    expect(pod.spec.containers).toHaveLength(1);
    expect(container.image).toBe(given.image);
  });

  test("has one word for each flag, with nothing in it that only a shell would understand", () => {
    const [program, ...flags] = container.command as string[];
    expect(program).toBe("etcd");
    expect(new Set(flags.map((flag) => flag.split("=")[0])).size).toBe(flags.length);
    for (const flag of flags) expect(flag).toMatch(/^--[a-z0-9-]+=[^\s\\$`'"]+$/);
    expect(flags).toContain("--name=etcd2");
    expect(flags).toContain("--initial-advertise-peer-urls=https://10.0.0.2:2380");
    expect(flags).toContain("--client-cert-auth=true");
  });

  test("asks for health where no certificate is wanted", () => {
    const probe = { host: "127.0.0.1", port: 2381, scheme: "HTTP" };
    expect(container.livenessProbe.httpGet).toEqual({ ...probe, path: "/livez" });
    expect(container.startupProbe.httpGet).toEqual({ ...probe, path: "/readyz" });
    expect(container.command).toContain("--listen-metrics-urls=http://127.0.0.1:2381");
  });

  test("mounts each folder that the flags name", () => {
    const mounted = container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
    expect(mounted).toEqual(["/var/lib/etcd", "/etc/etcd/pki"]);
    const volumes = new Map(
      pod.spec.volumes.map((volume: { name: string; hostPath: { path: string } }) => [
        volume.name,
        volume.hostPath.path,
      ]),
    );
    for (const { name, mountPath } of container.volumeMounts) expect(volumes.get(name)).toBe(mountPath);
  });
});

test.each([
  ["3.4.28", "/health?serializable=true"],
  ["3.4.29", "/livez"],
  ["3.5.10-0", "/health?serializable=true"],
  ["v3.5.11", "/livez"],
  ["3.6.0", "/livez"],
])("etcd %s is asked for %s", (tag, path) => {
  const [container] = podOf({ image: `registry.example.com:5000/etcd:${tag}` }).spec.containers;
  expect(container.livenessProbe.httpGet.path).toBe(path);
});

test("a log folder of its own is mounted, too", () => {
  const [container] = podOf({ walDir: "/wal" }).spec.containers;
  expect(container.command).toContain("--wal-dir=/wal");
  expect(JSON.stringify(container.volumeMounts)).toContain('"/wal"');
});

test("the role lays certificates and the manifest, for root alone, and a second run changes nothing", async () => {
  const ca = certificateAuthority({ name: "etcd-ca", folder: "pki", passphrase: { variable: "PASSPHRASE" } });
  const role = etcdPod({ members, ca, image: given.image, minor: "3.5" });
  const host = new FakeHost({ name: "etcd2", address: "10.0.0.2" });
  host.control.secrets.set("PASSPHRASE", "correct horse battery");
  expect(firstLines(await host.apply(role)).at(-1)).toBe("write /etc/kubernetes/manifests/etcd.yaml");
  expect((await host.read([pathState("/etc/etcd/pki/peer.key")])).values().next().value).toMatchObject({
    mode: "0600",
    owner: "root",
  });
  expect((await host.apply(role)).steps).toEqual([]);
});
