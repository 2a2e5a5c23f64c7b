import { execFileSync } from "node:child_process";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useLab } from "../e2e/lab-fixture.ts";
import { BUNDLE } from "./bundle.ts";
import { KubeProject, type Outcome } from "./project.ts";

const lab = useLab({ name: "kubenode", hosts: ["cp1", "w1"], privileged: true });
const vars = { kube_balancer: "none", kube_config_to: "admin.conf" };
let project: KubeProject;

const configure = (workers: readonly string[], w1: object = {}) =>
  project.configure({ masters: ["cp1"], workers }, vars, { w1 });

async function build(): Promise<Outcome> {
  const run = await project.play("site.ts");
  expect(run.exitCode, run.why).toBe(0);
  return run;
}

const w1 = (path: string) => project.kubectl("cp1", `get node w1 -o jsonpath='{${path}}'`);

beforeAll(async () => {
  project = await KubeProject.create(lab());
  await configure([]);
});
afterAll(() => project.remove());

test("a check of a bare host is well, and says what the layout survives", async () => {
  const run = await project.play("site.ts", ["--check"]);
  expect(run.exitCode, run.why).toBe(0);
  expect(run.titles[0]).toBe("Layout: 1 control plane with etcd, the majority is 1, none may be lost");
});

test("a host on which something has the kubelet's port, or that is a copy, is stopped before anything is changed", async () => {
  await configure(["w1"]);
  const listening =
    "perl -MIO::Socket::INET -e '@kept = IO::Socket::INET->new(Listen => 1, LocalPort => 10250) or die; sleep 600'";
  await project.on("w1", `systemd-run -q -u squatter ${listening}`);
  const id = (await project.on("cp1", "cat /etc/machine-id")).trim();
  await project.on("w1", `printf '%s\\n' '${id}' >/root/copied && mount --bind /root/copied /etc/machine-id`);
  const run = await project.play("site.ts");
  expect([run.exitCode, run.changed]).toEqual([3, []]);
  expect(run.why).toContain("perl listens on port 10250, which a node needs");
  await project.on("w1", "systemctl stop squatter");
  expect((await project.play("site.ts")).why).toContain(`the same machine-id as cp1: ${id}`);
  await project.on("w1", "umount /etc/machine-id");
  await configure([]);
});

test("a control plane alone is a cluster, and its kubeconfig comes here for its owner alone", async () => {
  await build();
  const file = join(project.folder, "admin.conf");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, "utf8")).toContain("server: https://kubernetes.internal:6443\n");
  const kubectl = ["--kubeconfig", file, "--server", `https://${project.addressOf("cp1")}:6443`];
  expect(
    execFileSync(join(BUNDLE, "bin/kubectl"), [...kubectl, "get", "nodes", "-o", "name"], { encoding: "utf8" }),
  ).toBe("node/cp1\n");
});

test("it comes again when it was lost here", async () => {
  await rm(join(project.folder, "admin.conf"));
  expect((await build()).changed).toEqual(["cp1 kubeConfig/adminConfig admin.conf"]);
});

test("a check of a worker that has yet to join is well; then it has what the inventory says of it", async () => {
  await configure(["w1"], {
    zone: "a",
    node_labels: { disk: "ssd", gpu: true },
    node_annotations: { "example.com/rack": "r 1" },
    node_taints: ["gpu=a100:NoSchedule", "slow:PreferNoSchedule"],
  });
  const check = await project.play("site.ts", ["--check"]);
  expect(check.exitCode, check.why).toBe(0);
  await build();
  expect(await w1(".metadata.labels")).toContain('"disk":"ssd","gpu":"true"');
  expect(await w1(".metadata.labels.topology\\.kubernetes\\.io/zone")).toBe("a");
  expect(await w1(".metadata.annotations.example\\.com/rack")).toBe("r 1");
  // The cluster takes its own taint off a moment after the node is ready.
  await expect.poll(() => w1(".spec.taints[*].key"), { timeout: 60_000 }).toMatch(/^(gpu slow|slow gpu)$/);
});

test("a second run changes nothing", async () => expect((await build()).changed).toEqual([]));

test("what is taken out of the inventory goes, and what others have set stays", async () => {
  await project.kubectl("cp1", "label node w1 theirs=1");
  await project.kubectl("cp1", "taint node w1 theirs=1:NoSchedule");
  await configure(["w1"], { node_labels: { disk: "hdd" }, node_taints: ["gpu=h100:NoSchedule"] });
  expect((await build()).changed).toEqual(["cp1 kubeNodes/nodeMetadata w1"]);
  const labels = await w1(".metadata.labels");
  expect(labels).toContain('"disk":"hdd"');
  expect(labels).toContain('"theirs":"1"');
  expect(labels).not.toMatch(/gpu|topology/);
  expect(await w1(".metadata.annotations")).not.toContain("rack");
  expect(await w1("range .spec.taints[*]}{.key}={.value} {end")).toMatch(/^(theirs=1 gpu=h100|gpu=h100 theirs=1) $/);
  expect((await build()).changed).toEqual([]);
});

test("a label that somebody has changed is put back", async () => {
  await project.kubectl("cp1", "label node w1 disk=nvme --overwrite");
  expect((await build()).changed).toEqual(["cp1 kubeNodes/nodeMetadata w1"]);
  expect(await w1(".metadata.labels.disk")).toBe("hdd");
});
