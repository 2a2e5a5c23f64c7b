import { afterAll, beforeAll, expect, test } from "vitest";
import { killHost } from "../../runner/lab/lab.ts";
import { useLab } from "../e2e/lab-fixture.ts";
import { ApiClient } from "./api-client.ts";
import { KubeProject } from "./project.ts";

const BALANCERS = ["b1", "b2"];
const lab = useLab({ name: "kubebal", hosts: [...BALANCERS, "cp1", "w1"], privileged: true });
let project: KubeProject;
const nodes = { masters: ["cp1"], workers: ["w1"] };

beforeAll(async () => {
  project = await KubeProject.create(lab());
  await project.configure({ ...nodes, balancers: BALANCERS }, { virtual_ip: lab().virtualAddress });
});
afterAll(() => project.remove());

test("a cluster behind haproxy and keepalived on hosts of their own comes from bare hosts by one command", async () => {
  const run = await project.play("site.ts");
  expect(run.exitCode, run.why).toBe(0);
  const server = "grep -o 'server: .*' /etc/kubernetes/kubelet.conf";
  expect(await project.on("w1", server)).toBe("server: https://kubernetes.internal:6443\n");
  expect(await project.on("cp1", "command -v haproxy keepalived || echo neither")).toBe("neither\n");
  const verify = await project.play("kubernetes-verify.ts");
  expect(verify.exitCode, verify.why).toBe(0);
});

test("a second run changes nothing", async () => {
  const run = await project.play("site.ts");
  expect([run.exitCode, run.changed], run.why).toEqual([0, []]);
});

test("is the same where others run the balancer: a worker more joins through it", async () => {
  const given = { kube_balancer: "external", virtual_ip: lab().virtualAddress };
  await project.configure(nodes, given);
  const run = await project.play("site.ts");
  expect([run.exitCode, run.changed], run.why).toEqual([0, []]);
  const removal = await project.play("kubernetes-remove.ts", ["-e", JSON.stringify({ kube_remove: ["w1"] })]);
  expect(removal.exitCode, removal.why).toBe(0);
  const again = await project.play("site.ts");
  expect(again.exitCode, again.why).toBe(0);
  expect(again.changed).toContain("w1 worker/kubeadmJoin w1");
});

test("the loss of power of the balancer that has the address is missed for 10 s at most", async () => {
  const client = new ApiClient(await project.access("cp1", lab().virtualAddress));
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await killHost(lab(), "b1");
  await new Promise((resolve) => setTimeout(resolve, 15_000));
  const { longestGapMs, answers, failures } = await client.stop();
  process.stdout.write(
    `a dead balancer: the API was missed for ${longestGapMs} ms (${answers} answers, ${failures} failures)\n`,
  );
  expect(longestGapMs).toBeLessThan(10_000);
});
