import { afterAll, beforeAll, expect, test } from "vitest";
import { useLab } from "../e2e/lab-fixture.ts";
import { KubeProject } from "./project.ts";

const HOSTS = ["cp1", "w1"];
const GROUPS = { masters: ["cp1"], workers: ["w1"] };
const VARS = { kube_balancer: "none", kube_runtime: "docker" };
const lab = useLab({ name: "kubedoc", hosts: HOSTS, privileged: true });
let project: KubeProject;

beforeAll(async () => {
  project = await KubeProject.create(lab());
  await project.configure(GROUPS, VARS);
});
afterAll(() => project.remove());

const engine = (host: string) =>
  project.on(host, "docker info -f '{{.ServerVersion}} {{.CgroupDriver}} {{.LiveRestoreEnabled}}'");

test("a cluster on Docker Engine comes from bare hosts by one command; the second run changes nothing", async () => {
  const run = await project.play("site.ts");
  expect(run.exitCode, run.why).toBe(0);
  for (const host of HOSTS) expect(await engine(host)).toMatch(/^20\.10\.\S+ cgroupfs true\n$/);
  const second = await project.play("site.ts");
  expect(second.exitCode, second.why).toBe(0);
  expect(second.changed).toEqual([]);
});

test("is whole, and a pod finds a service by DNS and calls it", async () => {
  const run = await project.play("kubernetes-verify.ts");
  expect(run.exitCode, run.why).toBe(0);
});

/** A container of the engine, from a program of the host: no registry is needed. */
const START = `tar -chC / bin/sleep lib64/ld-linux-x86-64.so.2 lib/x86_64-linux-gnu/libc.so.6 | docker import - local/sleep &&
docker run -d --name beside local/sleep /bin/sleep 86400`;
const processes = async () => [
  await project.on("w1", "docker inspect -f '{{.State.Pid}}' beside"),
  await project.on("w1", "ctr -n k8s.io tasks ls | sort"),
];

test("another setting restarts the engine; its containers and the pods beside them go on", async () => {
  await project.on("w1", START);
  // What the look has started is gone from the cluster before it is gone from the host.
  const looks = `ctr -n k8s.io containers ls -q 'labels."io.kubernetes.pod.namespace"==ts-play-verify'`;
  await expect.poll(() => project.on("w1", looks), { timeout: 60_000 }).toBe("");
  const before = await processes();
  await project.configure(GROUPS, { ...VARS, kube_docker: { logMaxSize: "20m" } });
  const run = await project.play("site.ts");
  expect(run.exitCode, run.why).toBe(0);
  expect(run.changed.filter((line) => line.startsWith("w1 "))).toEqual([
    "w1 docker/file /etc/docker/daemon.json",
    "w1 docker/service docker.service",
  ]);
  expect(await processes()).toEqual(before);
  expect(await project.on("w1", "docker ps --format '{{.Names}}'")).toBe("beside\n");
});
