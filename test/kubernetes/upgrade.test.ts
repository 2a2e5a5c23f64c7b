import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useLab } from "../e2e/lab-fixture.ts";
import { ApiClient } from "./api-client.ts";
import { BUNDLE, FORMER_BUNDLE } from "./bundle.ts";
import { KILLED, KubeProject } from "./project.ts";

const MASTERS = ["cp1", "cp2", "cp3"];
/** Two, so that there is somewhere to go for pods. */
const WORKERS = ["w1", "w2"];
const lab = useLab({ name: "kubeup", hosts: [...MASTERS, ...WORKERS], privileged: true });
let project: KubeProject;

/** The first version names a pause image of its own. */
const at = (folder: string, more: object = {}) =>
  project.configure(
    { masters: MASTERS, workers: WORKERS },
    {
      virtual_ip: lab().virtualAddress,
      kube_source: { kind: "bundle", folder },
      kube_certificate_days: 40,
      ...(folder === FORMER_BUNDLE && { kube_pause_image: "registry.k8s.io/pause:3.10" }),
      ...more,
    },
  );

async function done(playbook: string): Promise<readonly string[]> {
  const run = await project.play(playbook);
  expect(run.exitCode, run.why).toBe(0);
  return run.changed;
}

const kubelets = (master: string) =>
  project.kubectl(master, "get nodes -o jsonpath='{.items[*].status.nodeInfo.kubeletVersion}'");

/** Which versions the nodes, and the parts of control planes, have; each once. */
async function versions(master: string): Promise<readonly string[]> {
  const parts = "-n kube-system get pods -l tier=control-plane -o jsonpath='{.items[*].spec.containers[0].image}'";
  const words = `${await kubelets(master)} ${await project.kubectl(master, parts)}`.split(" ");
  return [...new Set(words.map((word) => word.replace(/^.*[/]/, "")))].toSorted();
}

/** Serial of the certificate that a control plane shows at a port. */
const servedBy = (host: string, port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: project.addressOf(host), port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once("error", reject);
  });

/** What all control planes show: the apiserver, and etcd to clients and to other members. */
const served = () => Promise.all(MASTERS.flatMap((host) => [6443, 2379, 2380].map((port) => servedBy(host, port))));

/** Two pods, one of which may be away at a time. */
const WORKLOAD = JSON.stringify({
  apiVersion: "v1",
  kind: "List",
  items: [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "work", namespace: "default" },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: "work" } },
        template: {
          metadata: { labels: { app: "work" } },
          spec: {
            terminationGracePeriodSeconds: 0,
            containers: [{ name: "work", image: "ts-play.local/probe:1", command: ["/bin/sleep", "100000"] }],
          },
        },
      },
    },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "work", namespace: "default" },
      spec: { minAvailable: 1, selector: { matchLabels: { app: "work" } } },
    },
  ],
});

beforeAll(async () => {
  for (const minor of ["1.33", "1.34"])
    execFileSync("sh", [join(import.meta.dirname, "build.sh"), minor], { stdio: "inherit" });
  project = await KubeProject.create(lab());
}, 7_200_000);
afterAll(() => project.remove());

describe("three control planes and two workers of the minor version before", () => {
  test("are built", async () => {
    await at(FORMER_BUNDLE);
    await done("site.ts");
    expect(new Set((await kubelets("cp1")).split(" ")).size).toBe(1);
    await project.on("cp1", `kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f - <<'END'\n${WORKLOAD}\nEND`);
    await project.kubectl("cp1", "rollout status deployment work --timeout=120s");
  });

  test("site.ts does not take them to another version, and says what does", async () => {
    await at(BUNDLE);
    const run = await project.play("site.ts");
    expect(run.exitCode).toBe(3);
    expect(run.why).toContain("upgrade with kubernetes-upgrade.ts");
    expect(run.changed).toEqual([]);
  });

  test("are not upgraded with a flag that the version does not know any more", async () => {
    await project.on("w2", "printf 'KUBELET_EXTRA_ARGS=--register-schedulable=true\\n' >/etc/default/kubelet");
    const run = await project.play("kubernetes-upgrade.ts");
    expect(run.exitCode).toBe(3);
    expect(run.why).toContain("the flag --register-schedulable in /etc/default/kubelet is gone since 1.34");
    expect(run.changed).toEqual([]);
    await project.on("w2", "rm /etc/default/kubelet");
  });
});

describe("an upgrade", () => {
  let client: ApiClient;

  test("that is killed while the second control plane is upgraded leaves a cluster that answers", async () => {
    client = new ApiClient(await project.access("cp2", lab().virtualAddress));
    const kill = new AbortController();
    const run = project.play("kubernetes-upgrade.ts", [], kill.signal);
    await expect
      .poll(() => project.on("cp2", "pgrep -f '[k]ubeadm upgrade node' || :"), { timeout: 1_200_000, interval: 500 })
      .not.toBe("");
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    kill.abort();
    expect((await run).exitCode).toBe(KILLED);
    expect(readdirSync(join(project.folder, "backups/etcd")).filter((name) => name.endsWith(".db"))).toHaveLength(1);
    expect(await versions("cp3")).toContain("kube-apiserver:v1.34.4");
    expect(await kubelets("cp3")).not.toContain("v1.34");
  });

  test("goes on from where it was, and brings all to the version", async () => {
    // Hosts free the lock of a run that was killed when they have noticed.
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    const changed = await done("kubernetes-upgrade.ts");
    expect(changed).not.toContain("cp1 controlPlaneUpgraded/controlPlaneUpgrade cp1");
    expect(changed).toContain("cp3 controlPlaneUpgraded/controlPlaneUpgrade cp3");
    expect(await versions("cp1")).toEqual([
      "etcd:3.6.5-0",
      "kube-apiserver:v1.34.4",
      "kube-controller-manager:v1.34.4",
      "kube-scheduler:v1.34.4",
      "v1.34.4",
    ]);
  });

  test("was hardly felt by who calls the API, and all nodes take pods again", async () => {
    const heard = await client.stop();
    process.stdout.write(
      `the API was missed for ${heard.longestGapMs} ms at most (${heard.answers} answers, ${heard.failures} failures)\n`,
    );
    expect(heard.longestGapMs).toBeLessThan(30_000);
    expect(await project.kubectl("cp1", "get nodes -o jsonpath='{.items[*].spec.unschedulable}'")).toBe("");
  });

  test("changes nothing a second time, and neither does site.ts", async () => {
    expect(await done("kubernetes-upgrade.ts")).toEqual([]);
    expect(await done("site.ts")).toEqual([]);
  });

  test("does not go back", async () => {
    await at(FORMER_BUNDLE);
    const run = await project.play("kubernetes-upgrade.ts");
    expect(run.exitCode).toBe(3);
    expect(run.why).toContain("does not go back");
    expect(run.changed).toEqual([]);
    await at(BUNDLE);
  });
});

describe("certificates that end in 40 days, where 60 are wanted", () => {
  const days = { kube_certificate_days: 365, kube_renew_before_days: 60 };

  test("are a finding", async () => {
    await at(BUNDLE, days);
    const run = await project.play("kubernetes-verify.ts");
    expect(run.exitCode).toBe(3);
    expect(run.why).toMatch(/the certificate etcd-peer of this host ends in 3\d days: kubernetes-certificates.ts/);
  });

  test("are renewed, and shown by all who listen, while the API answers", async () => {
    const before = await served();
    const client = new ApiClient(await project.access("cp2", lab().virtualAddress));
    const changed = await done("kubernetes-certificates.ts");
    const heard = await client.stop();
    process.stdout.write(
      `the API was missed for ${heard.longestGapMs} ms at most (${heard.answers} answers, ${heard.failures} failures)\n`,
    );
    expect(changed).toContain("cp3 certificatesRenewed/partRestart kube-apiserver");
    const after = await served();
    expect(after.filter((serial) => before.includes(serial))).toEqual([]);
    expect(heard.longestGapMs).toBeLessThan(30_000);
  });

  test("are not renewed again, and not found any more", async () => {
    expect(await done("kubernetes-certificates.ts")).toEqual([]);
    expect(await done("kubernetes-verify.ts")).toEqual([]);
  });

  test("that were renewed by a run that ended there, are taken into use by the next", async () => {
    const before = await servedBy("cp2", 6443);
    await project.on("cp2", "kubeadm certs renew scheduler.conf");
    expect(await done("kubernetes-certificates.ts")).toEqual(["cp2 certificatesRenewed/partRestart kube-scheduler"]);
    expect(await servedBy("cp2", 6443)).toBe(before);
  });
});
