import { afterAll, beforeAll, expect, test } from "vitest";
import { useLab } from "../e2e/lab-fixture.ts";
import { ApiClient } from "./api-client.ts";
import { KubeProject, type Outcome } from "./project.ts";

const MASTERS = ["cp1", "cp2", "cp3"];
const NODES = [...MASTERS, "w1"];
const lab = useLab({ name: "kubeep", hosts: NODES, privileged: true });
let project: KubeProject;

/** What the inventory says of the endpoint at each time. */
const moved = () => lab().virtualAddress.replace(/\d+$/, "210");
const ALONE = { kube_balancer: "none" };
const available = () => ({ kube_endpoint: "api.example.org", virtual_ip: lab().virtualAddress });
const elsewhere = () => ({ kube_endpoint: "k8s.example.net", virtual_ip: moved(), kube_endpoint_port: 9443 });
const inventory = (masters: readonly string[], vars: object) =>
  project.configure({ masters, workers: ["w1"] }, { kube_names: ["extra.example.org"], ...vars });

async function well(playbook: string): Promise<Outcome> {
  const run = await project.play(playbook);
  expect(run.exitCode, run.why).toBe(0);
  return run;
}

/** Pods that were just made anew need a moment. */
async function verified(): Promise<void> {
  let why = "";
  const look = async () => {
    const run = await project.play("kubernetes-verify.ts");
    why = run.why;
    return run.exitCode;
  };
  await expect
    .poll(look, { timeout: 180_000, interval: 5000 })
    .toBe(0)
    .catch((cause: unknown) => {
      throw new Error(why, { cause });
    });
}

/** A node that is not heard of for so long is taken for lost; what a busy machine adds to a gap stays below. */
const GRACE_MS = 40_000;

/** A client of the endpoint at its old place, while something is done. */
async function heardWhile<T>(client: ApiClient, doing: () => Promise<T>): Promise<T> {
  try {
    return await doing();
  } finally {
    const { answers, failures, longestGapMs } = await client.stop();
    process.stdout.write(
      `the old endpoint was missed for ${longestGapMs} ms (${answers} answers, ${failures} failures)\n`,
    );
    expect(longestGapMs).toBeLessThan(GRACE_MS);
  }
}

/** The container of a pod that has nothing to do with the endpoint. */
const application = () =>
  project.kubectl(
    "cp1",
    "get pod app -o jsonpath='{.metadata.uid} {.status.containerStatuses[0].containerID} {.status.containerStatuses[0].restartCount}'",
  );

/** Looks at every place with other means than the playbooks have. */
async function expectEverywhere(url: string, name: string, address: string): Promise<void> {
  const authority = url.replace("https://", "");
  const at = `${address}:${authority.split(":")[1]}`;
  for (const node of NODES) {
    expect(await project.on(node, `getent hosts ${name}`)).toContain(address);
    expect(await project.on(node, "ss -Htnp state established | grep kube-proxy")).toContain(at);
  }
  expect(await project.on("w1", "grep server: /etc/kubernetes/kubelet.conf")).toContain(url);
  expect(await project.on("w1", "ss -Htnp state established | grep '\"kubelet\"'")).toContain(at);
  for (const master of MASTERS) {
    expect(await project.on(master, "grep server: /etc/kubernetes/admin.conf /root/.kube/config")).toMatch(
      new RegExp(`(.*${url}\n){2}`),
    );
    const own = `https://${project.addressOf(master)}:6443`;
    const files = "/etc/kubernetes/kubelet.conf /etc/kubernetes/controller-manager.conf /etc/kubernetes/scheduler.conf";
    expect((await project.on(master, `grep -h server: ${files}`)).match(/https:\S+/g)).toEqual([own, own, own]);
    const shown = await project.on(
      master,
      `for n in ${name} ${MASTERS.join(" ")} extra.example.org ${address}; do curl -s -o /dev/null --cacert /etc/kubernetes/pki/ca.crt --connect-to ::${project.addressOf(master)}:6443 https://$n/livez || echo $n; done`,
    );
    expect(shown).toBe("");
  }
  expect(await project.on("cp1", "grep server: /etc/kubernetes/super-admin.conf")).toContain(url);
  expect(await project.kubectl("cp2", "-n kube-public get configmap cluster-info -o yaml")).toContain(`server: ${url}`);
  expect(await project.kubectl("cp2", "-n kube-system get configmap kube-proxy -o yaml")).toContain(`server: ${url}`);
  const kubeadm = await project.kubectl("cp2", "-n kube-system get configmap kubeadm-config -o yaml");
  expect(kubeadm).toContain(`controlPlaneEndpoint: ${authority}`);
  for (const one of [name, address, ...MASTERS, "extra.example.org"]) expect(kubeadm).toContain(`- ${one}\n`);
}

beforeAll(async () => {
  project = await KubeProject.create(lab());
  await inventory(["cp1"], ALONE);
  await well("site.ts");
  await project.kubectl("cp1", "run app --image=ts-play.local/probe:1 --command -- /bin/sleep 100000");
  await project.kubectl("cp1", "wait --for=condition=Ready pod/app --timeout=120s");
}, 900_000);
afterAll(() => project.remove());

test("an endpoint of the inventory that is not the cluster's is refused before anything is changed", async () => {
  await inventory(MASTERS, available());
  const run = await project.play("site.ts");
  expect(run.exitCode).toBe(3);
  expect(run.changed).toEqual([]);
  expect(run.why).toContain(
    "/etc/kubernetes/admin.conf calls the cluster at https://kubernetes.internal:6443, and the inventory at https://api.example.org:8443",
  );
  expect(run.why).toContain("kubernetes-to-ha.ts");
});

test("one control plane becomes three behind haproxy and keepalived, at another name and port, and pods go on", async () => {
  const before = await application();
  const client = new ApiClient(await project.access("cp1", project.addressOf("cp1")));
  const { changed } = await heardWhile(client, () => well("kubernetes-to-ha.ts"));
  expect(changed).toContain("cp3 kubeadmControlPlane/kubeadmJoin cp3");
  await expectEverywhere("https://api.example.org:8443", "api.example.org", lab().virtualAddress);
  expect(await application()).toBe(before);
  await verified();
});

test("a second run changes nothing, nor does the cluster's own playbook", async () => {
  expect((await well("kubernetes-to-ha.ts")).changed).toEqual([]);
  expect((await well("site.ts")).changed).toEqual([]);
});

test("a name more gets into every certificate by the cluster's own playbook, and no apiserver restarts", async () => {
  const running = () => project.on("cp1", "pidof kube-apiserver");
  const before = await running();
  await inventory(MASTERS, { ...available(), kube_names: ["extra.example.org", "more.example.org"] });
  expect((await well("site.ts")).changed).toEqual([
    "cp1 apiServerNames/apiServerCertificate cp1",
    "cp1 apiServerNames/configMapEndpoint kubeadm-config",
    "cp2 apiServerNames/apiServerCertificate cp2",
    "cp3 apiServerNames/apiServerCertificate cp3",
  ]);
  const call = `--connect-to ::${project.addressOf("cp3")}:6443 https://more.example.org/livez`;
  expect(await project.on("w1", `curl -s --cacert /etc/kubernetes/pki/ca.crt ${call}`)).toBe("ok");
  expect(await running()).toBe(before);
});

test("places that drifted are found, and put right alone", async () => {
  await project.kubectl(
    "cp1",
    "-n kube-public get configmap cluster-info -o yaml | sed s/api.example.org:8443/old.example.org:6443/ | KUBECONFIG=/etc/kubernetes/admin.conf kubectl replace -f -",
  );
  await project.on("w1", "sed -i s/api.example.org:8443/old.example.org:6443/ /etc/kubernetes/kubelet.conf");
  const seen = await project.play("kubernetes-verify.ts");
  expect(seen.exitCode).toBe(3);
  expect(seen.why).toContain("the ConfigMap kube-public/cluster-info does not say https://api.example.org:8443");
  const refused = await project.play("site.ts");
  expect(refused.why).toContain("/etc/kubernetes/kubelet.conf calls the cluster at https://old.example.org:6443");
  const { changed } = await well("kubernetes-endpoint.ts");
  expect(changed).toEqual([
    "w1 endpointAtNodes/kubeconfigServer /etc/kubernetes/kubelet.conf",
    "w1 endpointAtNodes/kubeletAtEndpoint " + `${lab().virtualAddress}:8443`,
    "cp1 endpointInCluster/configMapEndpoint cluster-info",
  ]);
  await verified();
});

test("name, port and virtual address move while the old ones answer; a run that was killed is ended by the next", async () => {
  await inventory(MASTERS, elsewhere());
  const before = await application();
  const client = new ApiClient(await project.access("cp2", lab().virtualAddress));
  await heardWhile(client, async () => {
    expect(await project.killAfter("kubernetes-endpoint.ts", "endpointInCluster/configMapEndpoint cluster-info")).toBe(
      true,
    );
  });
  await well("kubernetes-endpoint.ts");
  await expectEverywhere("https://k8s.example.net:9443", "k8s.example.net", moved());
  expect(await application()).toBe(before);
  expect((await well("kubernetes-endpoint.ts")).changed).toEqual([]);
  expect((await well("site.ts")).changed).toEqual([]);
  await verified();
});

test("nothing is left of the old place", async () => {
  for (const master of MASTERS) {
    expect(await project.on(master, "ip -o -4 address show")).not.toContain(` ${lab().virtualAddress}/`);
    expect(await project.on(master, "ss -Htln")).not.toContain(":8443");
  }
});

test("three control planes become one again, under the same name", async () => {
  for (const name of ["cp3", "cp2"]) {
    const run = await project.play("kubernetes-remove.ts", ["-e", JSON.stringify({ kube_remove: [name] })]);
    expect(run.exitCode, run.why).toBe(0);
  }
  const before = await application();
  await inventory(["cp1"], { ...ALONE, kube_endpoint: "k8s.example.net" });
  const { changed } = await well("kubernetes-endpoint.ts");
  expect(changed).toContain("cp1 balancerWithdrawn/service haproxy.service");
  expect(await project.on("w1", "grep server: /etc/kubernetes/kubelet.conf")).toContain("https://k8s.example.net:6443");
  expect(await project.on("cp1", "ip -o -4 address show; ss -Htln")).not.toMatch(new RegExp(` ${moved()}/|:9443`));
  expect((await well("kubernetes-endpoint.ts")).changed).toEqual([]);
  expect((await well("site.ts")).changed).toEqual([]);
  expect(await application()).toBe(before);
  await verified();
});
