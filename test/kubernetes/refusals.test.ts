import { afterAll, beforeAll, expect, test } from "vitest";
import { useLab } from "../e2e/lab-fixture.ts";
import { KubeProject, type Outcome } from "./project.ts";

const lab = useLab({ name: "kuberef", hosts: ["cp1", "w1"], privileged: true });
let project: KubeProject;

const configure = (workers: readonly string[], more: object = {}) =>
  project.configure({ masters: ["cp1"], workers }, { kube_balancer: "none", ...more });

const remove = (name: string, gone: boolean): Promise<Outcome> =>
  project.play("kubernetes-remove.ts", ["-e", JSON.stringify({ kube_remove: [name], kube_gone: gone })]);

/** What a run that succeeds has changed. */
async function done(run: Promise<Outcome>): Promise<readonly string[]> {
  const { exitCode, changed, why } = await run;
  expect(exitCode, why).toBe(0);
  return changed;
}

async function refused(run: Promise<Outcome>): Promise<string> {
  const { exitCode, changed, why } = await run;
  expect([exitCode, changed], why).toEqual([3, []]);
  return why;
}

beforeAll(async () => {
  project = await KubeProject.create(lab());
  await configure(["w1"]);
  await done(project.play("site.ts"));
}, 1_800_000);
afterAll(() => project.remove());

test("what an administrator has made to let nodes join stays", async () => {
  await project.on("cp1", "kubeadm token create --description of-an-administrator");
  await project.on("cp1", "kubeadm init phase upload-certs --upload-certs");
  const secrets = () => project.kubectl("cp1", "-n kube-system get secrets -o name");
  const before = await secrets();
  expect(before.match(/bootstrap-token|kubeadm-certs/g)).toHaveLength(3);
  expect(await done(project.play("site.ts"))).toEqual([]);
  expect(await secrets()).toBe(before);
});

test("a cluster without kube-proxy is whole where that is left out, and is given it where it is wanted", async () => {
  await project.kubectl("cp1", "-n kube-system delete daemonset kube-proxy --wait");
  await configure(["w1"], { kube_addons: ["coredns"] });
  expect(await done(project.play("site.ts"))).toEqual([]);
  await configure(["w1"]);
  expect(await done(project.play("site.ts"))).toEqual(["cp1 clusterAddons/addon kube-proxy"]);
});

test("a node that is alive is not forgotten as one that is gone", async () => {
  expect(await refused(remove("w1", true))).toMatch(/w1 is not gone: its kubelet has reported \d+ s ago/);
  expect(await project.kubectl("cp1", "get node w1 -o name")).toBe("node/w1\n");
});

test("a name that nobody knows is refused, and one that was removed just now is not", async () => {
  expect(await refused(remove("w11", false))).toContain(`a node \\"w11\\" (did you mean \\"w1\\"?)`);
  expect(await done(remove("w1", false))).toContain("w1 kubeadmReset/nodeReset w1");
  expect(await done(remove("w1", false))).toEqual([]);
  await configure([]);
  expect(await done(remove("w1", true))).toEqual([]);
});
