import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateFile, Group, osRelease, type Step } from "ts-play";
import { describe, expect, test } from "vitest";
import toHighlyAvailable from "../../../playbooks/kubernetes-to-ha.ts";
import { apiServerCertificate, certificateRequest } from "../../../roles/kubernetes/apiserver-names.ts";
import { apiAddress, apiBalancer } from "../../../roles/kubernetes/balancer.ts";
import { clusterOf } from "../../../roles/kubernetes/cluster.ts";
import { configMapEndpoint } from "../../../roles/kubernetes/config-map.ts";
import { offeredEndpoint } from "../../../roles/kubernetes/endpoint-before.ts";
import { type EndpointHere, endpointObjections, moveObjections } from "../../../roles/kubernetes/endpoint-guard.ts";
import {
  addressIn,
  endpointIn,
  kubeconfigPlaces,
  serversIn,
  withEndpoint,
  withServer,
} from "../../../roles/kubernetes/endpoint-places.ts";
import { moveEndpoint } from "../../../roles/kubernetes/endpoint-plays.ts";
import { endpointReached } from "../../../roles/kubernetes/endpoint-roles.ts";
import { kubeletAtEndpoint, proxyAtEndpoint, proxyPod } from "../../../roles/kubernetes/endpoint-users.ts";
import { endpointFindings } from "../../../roles/kubernetes/endpoint-verified.ts";
import { kubeconfigServer, kubeconfigServers } from "../../../roles/kubernetes/kubeconfig.ts";
import { certificateNames } from "../../../roles/kubernetes/vars.ts";
import { verify } from "../../../roles/kubernetes/verify-plays.ts";
import { FakeHost } from "../../../runner/testing/fake-host.ts";
import { fileOf } from "../plans.ts";
import { cluster, siteOf } from "./cluster.ts";

const url = "https://kubernetes.internal:8443";
const old = "https://one.example.org:6443";
const node = { name: "ma1", address: "192.0.2.11" };

// As kubeadm writes them.
const clusterInfo = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0t
    server: ${old}
  name: ""
contexts: null
current-context: ""
kind: Config
users: null
`;
const configuration = `apiServer:
  certSANs:
  - one.example.org
  extraArgs:
  - name: v
    value: "2"
apiVersion: kubeadm.k8s.io/v1beta4
controlPlaneEndpoint: one.example.org:6443
kind: ClusterConfiguration
kubernetesVersion: v1.34.4
`;

describe("what is written where", () => {
  test("a kubeconfig is called elsewhere, and nothing else in it changes", () => {
    const changed = withServer(clusterInfo, url);
    expect(changed).toBe(clusterInfo.replace(old, url));
    expect(serversIn(changed)).toEqual([url]);
    expect(withServer(changed, url)).toBe(changed);
  });

  test("kubeadm's configuration gets the endpoint, and names beside those that it has", () => {
    const changed = withEndpoint(configuration, cluster);
    expect(endpointIn(changed)).toEqual({
      endpoint: "kubernetes.internal:8443",
      names: [...certificateNames(cluster), "one.example.org"].toSorted(),
    });
    expect(changed).toContain('  extraArgs:\n  - name: v\n    value: "2"\n');
    expect(withEndpoint(changed, cluster)).toBe(changed);
  });

  test("kubeadm's configuration without names gets them", () => {
    const changed = withEndpoint("kind: ClusterConfiguration\n", cluster);
    expect(endpointIn(changed).names).toEqual(certificateNames(cluster));
  });

  test("control planes talk to themselves, workers and people to the endpoint", () => {
    const of = (controlPlane: boolean) =>
      Object.fromEntries(kubeconfigPlaces(cluster, node, controlPlane).map(({ path, servers }) => [path, servers[0]]));
    expect(of(true)).toEqual({
      "/etc/kubernetes/admin.conf": url,
      "/etc/kubernetes/super-admin.conf": url,
      "/root/.kube/config": url,
      "/etc/kubernetes/kubelet.conf": "https://192.0.2.11:6443",
      "/etc/kubernetes/controller-manager.conf": "https://192.0.2.11:6443",
      "/etc/kubernetes/scheduler.conf": "https://192.0.2.11:6443",
    });
    expect(of(false)).toEqual({ "/etc/kubernetes/kubelet.conf": url, "/root/.kube/config": url });
  });

  test("of /etc/hosts the first line with the name counts, and comments do not", () => {
    expect(addressIn("# 192.0.2.1 a\n::1 a\n192.0.2.2 b a # c\n192.0.2.3 a\n", "a")).toBe("192.0.2.2");
    expect(addressIn("192.0.2.2 ab\n", "a")).toBeUndefined();
    expect(addressIn("192.0.2.2 a\n2001:db8::1 a\n", "a", "2001:db8::2")).toBe("2001:db8::1");
  });
});

const stdinOf = ([step]: readonly Step[]) => (step?.kind === "run" ? String(step.stdin) : "");
/** A host whose join was interrupted, as it and the others say; behind LVS nobody answers it. */
const interrupted = [
  ["partial", undefined],
  ["silent", false],
] as const;
const textOf = (steps: readonly Step[]) =>
  steps.map((step) => (step.kind === "run" ? String(step.command) : "")).join("\n");

describe("a ConfigMap", () => {
  type Current = Parameters<typeof configMapEndpoint.plan>[0]["current"];
  const plan = (found: Current["found"], host: Partial<Current> = {}) =>
    configMapEndpoint.plan({
      args: { place: "cluster-info", node: "ma1", cluster },
      current: { node: { stage: "master", ca: "one" }, counted: true, found, ...host },
    });

  test("is changed only while it says what was seen", () => {
    expect(JSON.parse(stdinOf(plan({ text: clusterInfo })))).toEqual([
      { op: "test", path: "/data/kubeconfig", value: clusterInfo },
      { op: "replace", path: "/data/kubeconfig", value: clusterInfo.replace(old, url) },
    ]);
  });
  test("that is right, missing, or not of this host is left alone", () => {
    expect(plan({ text: clusterInfo.replace(old, url) })).toEqual([]);
    expect(plan("absent")).toEqual([]);
    expect(plan("elsewhere")).toEqual([]);
  });
  test("is not taken for right when nobody answers", () =>
    expect(() => plan("silent")).toThrow("the apiserver of this host does not answer"));
  test.each(interrupted)("is not asked of a host whose join was interrupted (%s, counted: %s)", (stage, counted) =>
    expect(plan("silent", { node: { stage, ca: "one" }, counted })).toEqual([]),
  );
});

describe("a kubeconfig of a host", () => {
  const plan = (servers: readonly [string, ...string[]], ...found: readonly string[]) =>
    kubeconfigServer.plan({
      args: { path: "/etc/kubernetes/kubelet.conf", servers: [...servers] },
      current: { found: found.map((server) => ({ name: "default-cluster", server })) },
    });

  test("keeps any of the right URLs, and is given the first where it has another", () => {
    expect(plan([url], url)).toEqual([]);
    expect(plan(["https://192.0.2.11:6443", url], url)).toEqual([]);
    expect(textOf(plan([url, "https://192.0.2.11:6443"], old))).toContain(
      `set-cluster default-cluster --server ${url}`,
    );
  });

  test("is read without its keys, and only for the cluster of this node", () => {
    const script = String(kubeconfigServers("/x").kind.command(["/x" as never]));
    expect(script).not.toContain("client-key");
    const { kind } = kubeconfigServers("/x");
    const parse = (stdout: string, stderr = "") => kind.parse({ stdout, stderr, exitCode: 0 }, ["/x" as never])[0];
    expect(parse("")).toBeUndefined();
    expect(parse(`there\nkubernetes|${old}\n`)).toEqual([{ name: "kubernetes", server: old }]);
    expect(() => parse("there\n", "error loading config file")).toThrow("error loading config file");
  });
});

describe("the certificate of an apiserver", () => {
  const names = certificateNames(cluster);
  const certificate = (missing: readonly string[]) =>
    ({ names: [...names.filter((one) => !missing.includes(one)), "old.example.org"], addresses: [] }) as never;
  type Current = Parameters<typeof apiServerCertificate.plan>[0]["current"];
  const plan = (missing: readonly string[], unserved: Current["unserved"], more: Partial<Current> = {}) =>
    apiServerCertificate.plan({
      args: { cluster, ...node },
      current: {
        node: { stage: "master", ca: "one" },
        counted: true,
        certificate: certificate(missing),
        unserved,
        interrupted: false,
        ...more,
      },
    });

  test("is left alone while it has all names and is shown for them", () => expect(plan([], [])).toEqual([]));
  test("is made anew for a name that is missing, and keeps those that it has", () => {
    const steps = plan(["ma3"], ["ma3"]);
    expect(steps.map(({ changes }) => changes[0]?.attribute)).toEqual(["names", "answers to"]);
    const sans = (JSON.parse(stdinOf(steps).split("---\n")[1]!) as { apiServer: { certSANs: string[] } }).apiServer;
    expect(sans.certSANs).toEqual(expect.arrayContaining(["old.example.org", "ma3"]));
  });
  test("that the apiserver has not taken up yet is waited for", () =>
    expect(plan([], ["ma3"]).map(({ changes }) => changes[0]?.attribute)).toEqual(["answers to"]));
  test("whose making was interrupted is made anew", () => expect(plan([], [], { interrupted: true })).toHaveLength(2));
  test("whose making was interrupted between its two files is ended, and the apiserver waited for that cannot start with them", () => {
    const steps = plan([], undefined, { interrupted: true });
    expect(steps.map(({ changes }) => changes[0]?.attribute)).toEqual(["names", "answers to"]);
    expect(textOf(steps)).toContain("after 7 minutes the apiserver does not answer");
  });
  test("is not touched where no apiserver listens", () =>
    expect(() => plan(["ma3"], undefined)).toThrow("no apiserver listens on 192.0.2.11:6443"));
  test("is none of a host that is no control plane yet", () =>
    expect(plan([], [], { certificate: undefined })).toEqual([]));
  test.each(interrupted)("is not looked at where a join was interrupted (%s, counted: %s)", (stage, counted) =>
    expect(plan(["ma3"], undefined, { node: { stage, ca: "one" }, counted })).toEqual([]),
  );
  test.each([true, undefined])(
    "is missed of a control plane that others count, or cannot be asked about (%s)",
    (counted) =>
      expect(() => plan(["ma3"], undefined, { node: { stage: "silent", ca: "one" }, counted })).toThrow(
        "no apiserver listens",
      ),
  );
  test("is asked of kubeadm in a folder of its own", () =>
    expect(certificateRequest(cluster, node, [])).toContain('"certificatesDir": "/etc/kubernetes/pki/.apiserver"'));
});

describe("what holds the endpoint in memory", () => {
  const at = { address: "192.0.2.200", port: 8443 };
  test("a kubelet that calls another place, or has read another name, is restarted", () => {
    const plan = (calls: boolean | undefined, triggered = false) =>
      kubeletAtEndpoint.plan({ args: at, current: { calls }, triggered }).length;
    expect([plan(true), plan(false), plan(true, true), plan(undefined, true)]).toEqual([0, 1, 1, 0]);
  });
  test("a kube-proxy that calls another place, or is older than its configuration, is made anew", () => {
    const plan = (pod: Parameters<typeof proxyAtEndpoint.plan>[0]["current"]["pod"]) =>
      proxyAtEndpoint.plan({ args: { ...at, node: "wo1" }, current: { pod } }).length;
    expect(plan("none")).toBe(0);
    expect(plan({ outdated: false, connected: true })).toBe(0);
    expect(plan({ outdated: true, connected: true })).toBe(1);
    expect(plan({ outdated: false, connected: false })).toBe(1);
    expect(() => plan("silent")).toThrow("the cluster does not answer this node");
  });
  test("is older when it began before the last change, by the apiserver's clock", () => {
    const { kind } = proxyPod({ ...at, node: "wo1" });
    const read = (began: string, changed: string) =>
      kind.parse({ stdout: `pod ${began}\nconfiguration ${changed}\nconnected\n`, stderr: "", exitCode: 0 }, [
        {} as never,
      ])[0];
    expect(read("2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z")).toEqual({ outdated: false, connected: true });
    expect(read("2026-01-01T09:59:59Z", "2026-01-01T10:00:00Z")).toEqual({ outdated: true, connected: true });
  });
});

describe("an endpoint of the inventory that is not the cluster's", () => {
  const at = (server: string) => [{ name: "kubernetes", server }];
  const hosts = "192.0.2.200 kubernetes.internal\n";
  const objections = (here: Omit<EndpointHere, "self">) => endpointObjections(siteOf({}), { self: "ma1", ...here });

  test("is refused with place, cause and fix", () => {
    const [one] = objections({ admin: at(old), kubelet: at("https://192.0.2.11:6443"), hosts });
    expect(one?.message).toBe(`/etc/kubernetes/admin.conf calls the cluster at ${old}, and the inventory at ${url}`);
    expect(one?.fix).toContain("kubernetes-endpoint.ts");
    expect(objections({ admin: undefined, kubelet: at(old), hosts })[0]?.message).toContain("kubelet.conf");
  });
  test("may differ by its address alone", () =>
    expect(objections({ admin: at(url), kubelet: undefined, hosts: hosts.replace("200", "210") })[0]?.message).toBe(
      "/etc/hosts gives kubernetes.internal the address 192.0.2.210, and the inventory 192.0.2.200",
    ));
  test("nobody has on a bare host; a name that is only missing is written", () => {
    expect(objections({ admin: undefined, kubelet: undefined, hosts: "" })).toEqual([]);
    expect(objections({ admin: at(url), kubelet: undefined, hosts: "" })).toEqual([]);
    expect(objections({ admin: at(url), kubelet: undefined, hosts })).toEqual([]);
  });
});

describe("behind LVS", () => {
  const site = siteOf({ balancers: 2 }, { kube_balancer: "lvs" });
  const kubelet = [{ name: "kubernetes", server: "https://kubernetes.internal:6443" }];
  const here = (self: string, hosts: string) => ({ self, admin: undefined, kubelet, hosts });
  const peer = "192.0.2.11 kubernetes.internal\n";

  test("a control plane that lost its power while it joined, and has the name for another one still, is no objection", () => {
    expect(endpointObjections(site, here("ma2", peer))).toEqual([]);
    expect(moveObjections(site, here("ma2", peer))).toEqual([]);
  });
  test("the endpoint of a cluster without a balancer is moved by its playbook alone", () => {
    for (const self of ["ma1", "wo1"])
      expect(endpointObjections(site, here(self, peer))[0]?.message).toContain("the address 192.0.2.11");
    expect(moveObjections(site, here("wo1", peer))).toEqual([]);
  });
});

test("the address of LVS is not moved while nodes call it", () => {
  const site = siteOf({ balancers: 2 }, { kube_balancer: "lvs" });
  const here = (hosts: string) => ({
    self: "ma1",
    admin: [{ name: "kubernetes", server: old }],
    kubelet: undefined,
    hosts,
  });
  expect(moveObjections(site, here("192.0.2.201 one.example.org\n"))[0]?.message).toContain(
    "the endpoint is at 192.0.2.201, and behind LVS its address cannot move to 192.0.2.200",
  );
  expect(moveObjections(site, here("192.0.2.200 one.example.org\n"))).toEqual([]);
  expect(moveObjections(siteOf({}), here("192.0.2.201 one.example.org\n"))).toEqual([]);
});

describe("each place that drifts is found", () => {
  const args = { cluster, address: "192.0.2.200", node, controlPlane: true };
  const text = (of: string) => ({ text: of });
  const well = {
    hosts: "192.0.2.200 kubernetes.internal\n",
    proxy: { outdated: false, connected: true },
    "/etc/kubernetes/admin.conf": [{ name: "kubernetes", server: url }],
    "/etc/kubernetes/scheduler.conf": [{ name: "kubernetes", server: "https://192.0.2.11:6443" }],
    "kubeadm-config": text(withEndpoint(configuration, cluster)),
    "cluster-info": text(withServer(clusterInfo, url)),
    "kube-proxy": text(withServer(clusterInfo, url)),
  };
  test("none where all is well", () => expect(endpointFindings(args, well)).toEqual([]));
  test("none where there is no such place", () =>
    expect(endpointFindings(args, { ...well, proxy: "none", "kube-proxy": "absent" })).toEqual([]));
  test.each([
    ["hosts", "192.0.2.1 kubernetes.internal\n", "/etc/hosts gives kubernetes.internal 192.0.2.1, not 192.0.2.200"],
    ["hosts", "", "/etc/hosts gives kubernetes.internal no address, not 192.0.2.200"],
    [
      "/etc/kubernetes/admin.conf",
      [{ name: "k", server: old }],
      `/etc/kubernetes/admin.conf calls the cluster at ${old}`,
    ],
    ["/etc/kubernetes/scheduler.conf", [{ name: "k", server: old }], "not https://192.0.2.11:6443"],
    ["kubeadm-config", text(configuration), "the ConfigMap kube-system/kubeadm-config does not say"],
    ["cluster-info", text(clusterInfo), "the ConfigMap kube-public/cluster-info does not say"],
    ["kube-proxy", text(clusterInfo), "the ConfigMap kube-system/kube-proxy does not say"],
    ["proxy", { outdated: true, connected: true }, "kube-proxy began before its configuration was last written"],
    ["proxy", { outdated: false, connected: false }, "kube-proxy does not call the endpoint"],
    ["cluster-info", "silent", "the ConfigMap kube-public/cluster-info cannot be read"],
    ["proxy", "silent", "kube-proxy is not known: the cluster does not answer this node"],
  ])("%s: %j", (place, seen, finding) => {
    const [one, ...more] = endpointFindings(args, { ...well, [place]: seen });
    expect(one).toContain(finding);
    expect(more).toEqual([]);
  });
});

test("a node that balanced the apiservers ends that when others do, unless it offers something else as well", () => {
  const last = moveEndpoint(siteOf({ balancers: 2 })).at(-1)!;
  expect(last.on.map(({ name }) => name)).toEqual(["ma1", "ma2", "ma3", "wo1", "wo2"]);
  const tasks = (offered: object) =>
    last
      .roles(node)[0]!
      .tasks(node, { offered })
      .map(({ name }) => name);
  expect(tasks({ ports: [8443], addresses: ["192.0.2.200"], shared: ["haproxy"] })).toEqual([
    "service keepalived.service",
    "absent /etc/keepalived/keepalived.conf",
  ]);
  expect(tasks({ ports: [], addresses: [], shared: [] })).toEqual([]);
  expect(
    moveEndpoint(siteOf({}))
      .at(-1)!
      .on.map(({ name }) => name),
  ).toEqual(["wo1", "wo2"]);
});

test("what a balancer offers is read from its own files", () => {
  const site = siteOf({});
  const folder = mkdtempSync(join(tmpdir(), "offered-"));
  const balancer = fileOf(apiBalancer(site, [9443]), "/etc/haproxy/haproxy.cfg", {}, "ma1").content;
  writeFileSync(join(folder, "haproxy.cfg"), balancer);
  const address = fileOf(apiAddress(site, ["192.0.2.210"]), "/etc/keepalived/keepalived.conf", {}, "ma1").content;
  writeFileSync(join(folder, "keepalived.conf"), address);
  const { kind } = offeredEndpoint();
  const script = String(kind.command([undefined as never])).replaceAll(/\/etc\/(?:haproxy|keepalived)/g, folder);
  const stdout = execFileSync("sh", ["-c", script], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  const [offered] = kind.parse({ stdout, stderr: "", exitCode: 0 }, [undefined as never]);
  expect(offered).toEqual({ ports: [8443, 9443], addresses: ["192.0.2.200", "192.0.2.210"], shared: [] });
});

describe("the order", () => {
  const titles = [
    "Names of the apiservers",
    "Balancers, at the old port too",
    "Virtual IP, beside the old one",
    "The endpoint answers",
    "Control planes know the endpoint",
    "Workers call the endpoint",
    "The cluster tells the endpoint",
    "Services come from the endpoint",
    "Balancers",
    "Virtual IP",
    "Nothing answers at the old place",
  ];
  test("a name is valid before anybody uses it; the old place closes last", () =>
    expect(moveEndpoint(siteOf({})).map(({ title }) => title)).toEqual(titles));
  test("control planes join when the endpoint has moved", () => {
    const all = toHighlyAvailable.plays(siteOf({}) as never).map(({ title }) => title);
    expect(all.slice(0, 3)).toEqual([
      "Layout: 3 control planes with etcd, the majority is 2, 1 may be lost",
      "Nothing is in the way of the balancers",
      "Hosts",
    ]);
    expect(all.indexOf("Control planes")).toBeGreaterThan(all.lastIndexOf("Virtual IP"));
  });
});

test("a bare host is given nothing of the endpoint but its name", async () => {
  const host = new FakeHost(node);
  host.set(osRelease(), { id: "debian", version: "12", codename: "bookworm", family: "debian" });
  host.set(certificateFile("/etc/kubernetes/pki/apiserver.crt"), undefined);
  const steps: string[] = [];
  for (const play of moveEndpoint(siteOf({})))
    if (/apiservers|nodes|Control planes|Workers|tells|Services/.test(play.title))
      for (const role of play.roles(node)) steps.push(...(await host.check(role)).steps);
  expect([...new Set(steps)]).toEqual(["write /etc/hosts"]);
});

describe("a control plane of IPv6 that is the endpoint itself", () => {
  const alone = { name: "ma1", address: "2001:db8::11" };
  const site = siteOf({ masters: 0, workers: 0 }, { kube_balancer: "none", virtual_ip: undefined });
  const groups = { ...site.groups, masters: new Group("masters", [alone]) };

  test("gets its name, its places and its verification", async () => {
    const host = new FakeHost(alone);
    host.set(osRelease(), { id: "debian", version: "12", codename: "bookworm", family: "debian" });
    host.set(certificateFile("/etc/kubernetes/pki/apiserver.crt"), undefined);
    const plays = moveEndpoint({ ...site, groups }).filter(({ on }) => on.size > 0);
    const calls = plays.filter(({ title }) => title !== "The endpoint answers").flatMap((one) => one.roles(alone));
    const { steps } = await host.check(...calls);
    expect(steps).toEqual(["write /etc/hosts"]);
    const verified = verify({ ...site, groups }).at(-1)!;
    const [task] = verified.roles(alone)[0]!.tasks(alone, {});
    expect(task?.name).toBe("endpointVerified ma1");
  });
  test("is looked for as programs for it have its address written", () => {
    const peer = { address: alone.address, port: 6443 };
    expect(String(proxyPod({ ...peer, node: "ma1" }).kind.command([{ ...peer, node: "ma1" } as never]))).toContain(
      "dst '[2001:db8::11]' dport",
    );
    const roles = [endpointReached({ endpoint: { host: "kubernetes.internal", port: 6443 }, address: alone.address })];
    expect(roles[0]!.tasks(alone, {}).map(({ name }) => name)).toEqual(["the endpoint answers at [2001:db8::11]:6443"]);
  });
  test("and an etcd of IPv6 is called by URLs", () => {
    const etcd = new Group("etcd", [{ name: "et1", address: "2001:db8::41" }]);
    expect(clusterOf({ ...site, groups: { ...groups, etcd } }).etcd?.endpoints).toEqual([
      "https://[2001:db8::41]:2379",
    ]);
  });
});
