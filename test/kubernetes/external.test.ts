import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useLab } from "../e2e/lab-fixture.ts";
import { KubeProject } from "./project.ts";

const ARCHIVES = "/var/cache/ts-play/etcd";
const ETCD = ["etcd1", "etcd2", "etcd3"];
const MASTERS = ["cp1", "cp2"];
const lab = useLab({ name: "kubeext", hosts: [...MASTERS, "w1", ...ETCD], privileged: true });
let project: KubeProject;

beforeAll(async () => {
  execFileSync("sh", [join(import.meta.dirname, "../etcd/build.sh"), ARCHIVES], { stdio: "inherit" });
  const archive = `${ARCHIVES}/etcd-v3.6.16-linux-amd64.tar.gz`;
  const sha256 = execFileSync("sha256sum", [archive], { encoding: "utf8" }).slice(0, 64);
  project = await KubeProject.create(lab());
  await project.configure(
    { masters: MASTERS, workers: ["w1"], etcd: ETCD },
    {
      virtual_ip: lab().virtualAddress,
      etcd_source: { kind: "folder", version: "3.6.16", folder: ARCHIVES, sha256: { amd64: sha256 } },
    },
  );
}, 1_200_000);
afterAll(() => project.remove());

test("two control planes share an etcd on hosts of its own, behind haproxy and keepalived", async () => {
  const run = await project.play("site.ts");
  expect(run.exitCode, run.why).toBe(0);
  const pods = await project.kubectl("cp2", "-n kube-system get pods -o name");
  expect(pods).toContain("kube-apiserver-cp2");
  expect(pods).not.toContain("etcd");
  const keys =
    "ETCDCTL_CACERT=/etc/etcd/pki/ca.crt ETCDCTL_CERT=/etc/etcd/pki/client.crt ETCDCTL_KEY=/etc/etcd/pki/client.key etcdctl get /registry/minions/ --prefix --keys-only";
  expect(await project.on("etcd3", keys)).toContain("/registry/minions/w1");
});

test("a second run changes nothing", async () => {
  const run = await project.play("site.ts");
  expect(run.exitCode, run.why).toBe(0);
  expect(run.changed).toEqual([]);
});

test("is whole, and a pod finds a service by DNS and calls it", async () => {
  const run = await project.play("kubernetes-verify.ts");
  expect(run.exitCode, run.why).toBe(0);
});
