import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useLab } from "../e2e/lab-fixture.ts";
import { ApiClient } from "./api-client.ts";
import { KubeProject } from "./project.ts";

const ARCHIVES = "/var/cache/ts-play/etcd";
const ETCD = ["etcd1", "etcd2", "etcd3"];
const MASTERS = ["cp1", "cp2"];
const lab = useLab({ name: "kubeext", hosts: [...MASTERS, "w1", ...ETCD], privileged: true });
let project: KubeProject;
let source: object;

const configure = (more: object) =>
  project.configure(
    { masters: MASTERS, workers: ["w1"], etcd: ETCD },
    { virtual_ip: lab().virtualAddress, etcd_source: source, ...more },
  );

async function done(playbook: string, ...flags: readonly string[]): Promise<readonly string[]> {
  const run = await project.play(playbook, flags);
  expect(run.exitCode, run.why).toBe(0);
  return run.changed;
}

beforeAll(async () => {
  execFileSync("sh", [join(import.meta.dirname, "../etcd/build.sh"), ARCHIVES], { stdio: "inherit" });
  const archive = `${ARCHIVES}/etcd-v3.6.16-linux-amd64.tar.gz`;
  const sha256 = execFileSync("sha256sum", [archive], { encoding: "utf8" }).slice(0, 64);
  project = await KubeProject.create(lab());
  source = { kind: "folder", version: "3.6.16", folder: ARCHIVES, sha256: { amd64: sha256 } };
  await configure({});
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

test("etcd is given another authority, and no apiserver loses it meanwhile", async () => {
  const trusted = () => project.on("cp1", "cat /etc/kubernetes/pki/etcd/ca.crt");
  const pem = (folder: string) => readFile(join(project.folder, folder, "ca.crt"), "utf8");
  const client = new ApiClient(await project.access("cp2", lab().virtualAddress));
  await configure({ etcd_pki_folder: "pki/next", etcd_former_pki_folder: "pki/etcd" });
  await done("etcd-rotate-ca.ts", "-e", "etcd_only_trust=true");
  expect(await done("site.ts")).toContain("cp1 externalEtcdTrust/apiserver trusts them");
  expect(await trusted()).toBe((await pem("pki/etcd")) + (await pem("pki/next")));
  await done("etcd-rotate-ca.ts", "-e", "etcd_forget_former=true");
  await configure({ etcd_pki_folder: "pki/next" });
  await done("site.ts");
  expect(await trusted()).toBe(await pem("pki/next"));
  expect(await done("site.ts")).toEqual([]);
  const heard = await client.stop();
  process.stdout.write(
    `the API was missed for ${heard.longestGapMs} ms at most while etcd was given another authority (${heard.answers} answers)\n`,
  );
  expect(heard.longestGapMs).toBeLessThan(120_000);
});
