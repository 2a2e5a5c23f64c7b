import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pauseNetwork, resumeNetwork } from "../../runner/lab/lab.ts";
import { useLab } from "../e2e/lab-fixture.ts";
import { KILLED, KubeProject, type Outcome } from "./project.ts";

const MASTERS = ["cp1", "cp2", "cp3"];
const lab = useLab({ name: "kubeint", hosts: [...MASTERS, "w1"], privileged: true });
let project: KubeProject;

beforeAll(async () => {
  project = await KubeProject.create(lab());
  await project.configure({ masters: MASTERS, workers: ["w1"] }, { virtual_ip: lab().virtualAddress });
});
afterAll(() => project.remove());

/** kubeadm has announced a member to etcd, and has not started it. */
const LEARNS = "grep -qs Announced.new.etcd.member /var/log/kubeadm-join.log";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks on a host until a condition of the shell holds there; fails when a run that should bring it about ends before. */
async function seen(host: string, condition: string, run: Promise<Outcome>): Promise<void> {
  let ended: Outcome | undefined;
  void run.then((outcome) => (ended = outcome));
  while ((await project.on(host, `${condition} && echo yes || :`)) !== "yes\n") {
    if (ended) throw new Error(`the run ended before ${condition} on ${host}: ${ended.why}`);
    await pause(100);
  }
}

/** Runs the playbook of the cluster, and kills it as soon as a condition holds on a host. */
async function killedWhen(host: string, condition: string): Promise<void> {
  const kill = new AbortController();
  const run = build(kill.signal);
  await seen(host, condition, run);
  kill.abort();
  expect((await run).exitCode).toBe(KILLED);
}

/** Hosts free the lock of a run that was killed when they have noticed. */
async function build(signal?: AbortSignal): Promise<Outcome> {
  for (let tries = 60; ; tries--) {
    const run = await project.play("site.ts", [], signal);
    if (run.exitCode !== 5 || tries === 0) return run;
    await pause(2000);
  }
}

/** Members of etcd as one of them says it: the address of each, with a sign of those that have no vote yet. */
async function members(master: string): Promise<readonly string[]> {
  const keys =
    "--cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/healthcheck-client.crt --key /etc/kubernetes/pki/etcd/healthcheck-client.key";
  const list = `curl -s ${keys} -X POST -d '{}' https://127.0.0.1:2379/v3/cluster/member/list`;
  const { members: all } = JSON.parse(await project.on(master, list)) as {
    members: readonly { readonly peerURLs: readonly string[]; readonly isLearner?: boolean }[];
  };
  return all
    .map(({ peerURLs, isLearner }) => `${new URL(peerURLs[0]!).hostname}${isLearner ? " learns" : ""}`)
    .toSorted();
}

const addressesOf = (...hosts: readonly string[]) => hosts.map((host) => project.addressOf(host)).toSorted();

async function expectWhole(): Promise<void> {
  expect(await members("cp1")).toEqual(addressesOf(...MASTERS));
  expect(await project.kubectl("cp1", "get nodes -o name")).toBe("node/cp1\nnode/cp2\nnode/cp3\nnode/w1\n");
  expect(await project.kubectl("cp1", "-n kube-system get secrets -o name")).toBe("");
  expect(await project.on("w1", "ls /etc/kubernetes")).not.toContain("bootstrap-kubelet.conf");
  const look = async () => (await project.play("kubernetes-verify.ts")).exitCode;
  await expect.poll(look, { timeout: 120_000, interval: 5000 }).toBe(0);
  const again = await build();
  expect([again.exitCode, again.changed], again.why).toEqual([0, []]);
}

test("a check of bare hosts also names what happens inside of the cluster that is yet to be begun", async () => {
  const check = await project.play("site.ts", ["--check"]);
  expect(check.exitCode, check.why).toBe(0);
  expect(check.changed).toEqual(
    expect.arrayContaining([
      "cp1 kubeadmMaster/kubeadmInit kubernetes",
      "cp2 kubeadmControlPlane/kubeadmJoin cp2",
      "w1 worker/kubeadmJoin w1",
      "cp1 coreDnsScale/number of DNS servers",
      "cp1 kubeProxy/mode of kube-proxy",
      "cp1 admissionsWithdrawn/join tokens are withdrawn",
    ]),
  );
});

describe("a run that is killed", () => {
  test("in the middle of kubeadm init leaves a control plane on which the next goes on", async () => {
    await killedWhen("cp1", "[ -e /etc/kubernetes/manifests/kube-apiserver.yaml ]");
    expect(await project.on("cp1", "grep -c initialized.successfully /var/log/kubeadm-init.log || :")).toBe("0\n");
    // Now its apiserver answers, and nobody but the super-admin has rights.
    await killedWhen("cp1", "grep -qs control-plane-check..kube- /var/log/kubeadm-init.log");
    await killedWhen("cp2", LEARNS);
    // kubeadm goes on without us, and on a quick host to its end.
    await project.on("cp2", "pkill -KILL -x kubeadm || :");
    expect(await project.on("cp1", "grep -c initialized.successfully /var/log/kubeadm-init.log || :")).toBe("1\n");
  });

  test("when a control plane that joins has just become a member of etcd: the next takes that out, and lets it join anew", async () => {
    await expect.poll(() => members("cp1"), { timeout: 60_000 }).toContain(`${project.addressOf("cp2")} learns`);
    await killedWhen("w1", "[ -e /etc/kubernetes/bootstrap-kubelet.conf ]");
    expect(await project.on("cp2", "ls /var/log/kubeadm-reset.log")).toContain("kubeadm-reset.log");
    expect(await members("cp1")).toEqual(addressesOf(...MASTERS));
  });

  test("in the joining of a worker: the next ends with a whole cluster", async () => {
    const run = await build();
    expect(run.exitCode, run.why).toBe(0);
    await expectWhole();
  });
});

test("a control plane that is cut off while it joins has a named state, and joins when it is back", async () => {
  const gone = await project.play("kubernetes-remove.ts", ["-e", JSON.stringify({ kube_remove: ["cp3"] })]);
  expect(gone.exitCode, gone.why).toBe(0);
  expect(await members("cp1")).toEqual(addressesOf("cp1", "cp2"));
  await project.on("cp3", "rm -f /var/log/kubeadm-join.log");
  const run = build();
  await seen("cp3", LEARNS, run);
  await pauseNetwork(lab(), "cp3");
  const cut = await run;
  expect(cut.exitCode, cut.why).toBe(4);
  expect(cut.why).toMatch(/cp3: .*(unreachable|unknown|lost)/i);
  expect(await project.kubectl("cp1", "get nodes cp1 cp2 w1 --no-headers")).not.toContain("NotReady");
  await resumeNetwork(lab(), "cp3");
  const back = await build();
  expect(back.exitCode, back.why).toBe(0);
  await expectWhole();
});
