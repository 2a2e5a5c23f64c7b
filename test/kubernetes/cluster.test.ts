import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { killHost, pauseNetwork, resetHost } from "../../runner/lab/lab.ts";
import { useLab } from "../e2e/lab-fixture.ts";
import { ApiClient } from "./api-client.ts";
import { KubeProject } from "./project.ts";

const MASTERS = ["cp1", "cp2", "cp3"];
const lab = useLab({ name: "kubeha", hosts: [...MASTERS, "w1", "w2"], privileged: true });
let project: KubeProject;
const removing = (name: string, gone: boolean) => ["-e", JSON.stringify({ kube_remove: [name], kube_gone: gone })];
const nodes = async (master: string) =>
  (await project.kubectl(master, "get nodes -o name"))
    .trim()
    .split("\n")
    .map((line) => line.replace("node/", ""))
    .toSorted();

async function build(): Promise<readonly string[]> {
  const run = await project.play("site.ts");
  expect(run.exitCode, run.why).toBe(0);
  return run.changed;
}

/** Pods that had to move to another node need a moment until they run there. */
async function verify(): Promise<void> {
  const seen = { why: "", changed: ["not looked yet"] as readonly string[] };
  const look = async () => {
    const run = await project.play("kubernetes-verify.ts");
    Object.assign(seen, run);
    return run.exitCode;
  };
  await expect
    .poll(look, { timeout: 120_000, interval: 5000 })
    .toBe(0)
    .catch((cause: unknown) => {
      throw new Error(seen.why, { cause });
    });
  expect(seen.changed).toEqual([]);
}

/** Of the hosts, who has the endpoint's address. */
async function holder(hosts: readonly string[]): Promise<readonly string[]> {
  const seen = await Promise.all(
    hosts.map(async (host) => [host, await project.on(host, "ip -o -4 address show")] as const),
  );
  return seen.filter(([, text]) => text.includes(` ${lab().virtualAddress}/`)).map(([host]) => host);
}

/** Who leads etcd, by its own word. */
async function etcdLeader(master: string): Promise<string> {
  const etcdctl = `-n kube-system exec etcd-${master} -- etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/healthcheck-client.crt --key /etc/kubernetes/pki/etcd/healthcheck-client.key`;
  const status = await project.kubectl(master, `${etcdctl} endpoint status --cluster -w fields`);
  const fields = [...status.matchAll(/"(MemberID|Leader)" : (\d+)/g)].map(([, name, value]) => [name, value] as const);
  const leader = BigInt(fields.find(([name]) => name === "Leader")![1]!).toString(16);
  const members = (await project.kubectl(master, `${etcdctl} member list`)).split("\n");
  return members.find((line) => line.startsWith(leader))?.split(", ")[2] ?? "nobody";
}

/** Who holds the leases of scheduler and controller-manager. */
const leases = (master: string) =>
  project.kubectl(
    master,
    "-n kube-system get leases kube-scheduler kube-controller-manager -o jsonpath='{.items[*].spec.holderIdentity}'",
  );

beforeAll(async () => {
  project = await KubeProject.create(lab());
  await project.configure({ masters: MASTERS, workers: ["w1", "w2"] }, { virtual_ip: lab().virtualAddress });
});
afterAll(() => project.remove());

describe("three control planes with stacked etcd behind haproxy and keepalived, and two workers", () => {
  test("come from bare hosts by one command, and are whole", async () => {
    const changed = await build();
    expect(changed).toContain("cp1 kubeadmMaster/kubeadmInit kubernetes");
    expect(await nodes("cp2")).toEqual(["cp1", "cp2", "cp3", "w1", "w2"]);
    await verify();
  });

  test("a second run changes nothing", async () => expect(await build()).toEqual([]));

  test("nothing by which others could join is left", async () => {
    expect(await project.kubectl("cp1", "-n kube-system get secrets -o name")).toBe("");
  });

  test("the loss of power of the control plane that began the cluster, and has its address, is missed for 10 s at most", async () => {
    expect(await holder(MASTERS)).toEqual(["cp1"]);
    const before = `${await leases("cp2")}, etcd led by ${await etcdLeader("cp2")}`;
    const client = new ApiClient(await project.access("cp2", lab().virtualAddress));
    await new Promise((resolve) => setTimeout(resolve, 5000));
    // A process that is killed may still say good-bye; a host without power says nothing.
    await pauseNetwork(lab(), "cp1");
    await killHost(lab(), "cp1");
    await new Promise((resolve) => setTimeout(resolve, 45_000));
    const heard = await client.stop();
    process.stdout.write(
      `the API was missed for ${heard.longestGapMs} ms (${heard.answers} answers, ${heard.failures} failures); before: ${before}\n`,
    );
    expect(await holder(["cp2", "cp3"])).toHaveLength(1);
    expect(await leases("cp2")).not.toContain("cp1_");
    expect(heard.longestGapMs).toBeLessThan(10_000);
  });

  test("the first of them is replaced by a host that has nothing but its name", async () => {
    await resetHost(lab(), "cp1");
    const run = await project.play("kubernetes-replace.ts", removing("cp1", true));
    expect(run.exitCode, run.why).toBe(0);
    expect(run.changed.some((line) => line.endsWith("membersLeave/memberRemoval cp1"))).toBe(true);
    expect(run.changed).not.toContain("cp1 kubeadmMaster/kubeadmInit kubernetes");
    expect(run.changed).toContain("cp1 kubeadmControlPlane/kubeadmJoin cp1");
    await verify();
  });

  test("a worker leaves, and comes back", async () => {
    const run = await project.play("kubernetes-remove.ts", removing("w2", false));
    expect(run.exitCode, run.why).toBe(0);
    expect(await nodes("cp2")).toEqual(["cp1", "cp2", "cp3", "w1"]);
    expect((await project.play("kubernetes-remove.ts", removing("w2", false))).changed).toEqual([]);
    expect((await build()).some((line) => line === "w2 worker/kubeadmJoin w2")).toBe(true);
    await verify();
  });

  test("a control plane leaves, and comes back", async () => {
    const run = await project.play("kubernetes-remove.ts", removing("cp3", false));
    expect(run.exitCode, run.why).toBe(0);
    expect(await nodes("cp2")).toEqual(["cp1", "cp2", "w1", "w2"]);
    expect((await build()).some((line) => line === "cp3 kubeadmControlPlane/kubeadmJoin cp3")).toBe(true);
    await verify();
  });
});
