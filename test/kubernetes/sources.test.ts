import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useLab } from "../e2e/lab-fixture.ts";
import { aptRepository, sha256 } from "./apt-repository.ts";
import { BUNDLE, VERSION } from "./bundle.ts";
import { KubeProject } from "./project.ts";
import { type ServedFolder, serveFolder } from "./served-folder.ts";

const HOSTS = ["deb1", "rel1"];
const lab = useLab({ name: "kubesrc", hosts: HOSTS });
let folder: string;
let served: ServedFolder;
let keySha256: string;
let project: KubeProject;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kube-sources-"));
  keySha256 = await aptRepository(join(folder, "deb"), VERSION);
  await cp(join(BUNDLE, "bin"), join(folder, `mirror/v${VERSION}/bin/linux/amd64`), { recursive: true });
  served = await serveFolder(folder, lab().network.replace(/0\/24$/, "1"));
  project = await KubeProject.create(lab());
});
afterAll(async () => {
  served.close();
  await project.remove();
  await rm(folder, { recursive: true });
});

/** Only the role that brings the programs, on one host. */
async function install(host: string, source: object) {
  await project.configure({ masters: [host] }, { kube_balancer: "none", kube_source: { version: VERSION, ...source } });
  return project.play("site.ts", ["--role", "kubePackages"]);
}

const versions = (host: string) =>
  project.on(host, "kubeadm version -o short; kubelet --version; kubectl version --client 2>/dev/null | head -n 1");
const ALL = `v${VERSION}\nKubernetes v${VERSION}\nClient Version: v${VERSION}\n`;

describe("packages for apt", () => {
  const packages = (more: object = {}) => ({
    kind: "packages",
    repository: `${served.base}/deb/`,
    keySha256,
    ...more,
  });
  const installed = () => project.on("deb1", "dpkg --get-selections 'kube*'");

  test("a key that is not the one that was named is refused, and nothing is installed", async () => {
    const run = await install("deb1", packages({ keySha256: "0".repeat(64) }));
    expect(run.exitCode).toBe(3);
    expect(run.why).toContain("0".repeat(64));
    expect(await project.on("deb1", "ls /etc/apt/sources.list.d /etc/apt/keyrings")).not.toContain("kubernetes");
    expect(await installed()).toBe("");
  });

  test("a repository that was changed after it was signed is refused", async () => {
    await cp(join(folder, "deb"), join(folder, "changed"), { recursive: true });
    await appendFile(join(folder, "changed/Packages"), "\nPackage: kubeadm\nVersion: 1.34.4-9\nArchitecture: amd64\n");
    const run = await install("deb1", packages({ repository: `${served.base}/changed/` }));
    expect(run.exitCode).toBe(3);
    expect(await installed()).toBe("");
  });

  test("are installed at their version, and held; the second run changes nothing", async () => {
    const run = await install("deb1", packages());
    expect(run.exitCode, run.why).toBe(0);
    expect(await versions("deb1")).toBe(ALL);
    expect(await project.on("deb1", "apt-mark showhold")).toBe("kubeadm\nkubectl\nkubelet\n");
    expect(await project.on("deb1", "ls /opt/cni/bin; systemctl is-enabled kubelet")).toBe(
      "bridge\nflannel\nhost-local\nloopback\nportmap\nenabled\n",
    );
    const second = await install("deb1", packages());
    expect([second.exitCode, second.changed], second.why).toEqual([0, []]);
  });

  test("stay when the host is upgraded", async () => {
    await project.on("deb1", "apt-get -q update && apt-get -y dist-upgrade");
    expect(await project.on("deb1", "apt-cache policy kubectl")).toContain("Candidate: 1.34.99-1.1");
    expect(await versions("deb1")).toBe(ALL);
  });

  test("a mirror may be named without the slash at its end", async () => {
    const run = await install("deb1", packages({ repository: `${served.base}/deb` }));
    expect([run.exitCode, run.changed], run.why).toEqual([0, []]);
  });
});

describe("programs of a release", () => {
  const release = async (wrong: object = {}) => ({
    kind: "release",
    mirrors: ["http://127.0.0.1:9", `${served.base}/nothing`, `${served.base}/mirror`],
    sha256: {
      amd64: {
        kubeadm: await sha256(join(BUNDLE, "bin/kubeadm")),
        kubelet: await sha256(join(BUNDLE, "bin/kubelet")),
        kubectl: await sha256(join(BUNDLE, "bin/kubectl")),
        ...wrong,
      },
    },
  });

  test("come from the first mirror that has them; the second run changes nothing", async () => {
    const run = await install("rel1", await release());
    expect(run.exitCode, run.why).toBe(0);
    expect(await versions("rel1")).toBe(ALL);
    expect(await project.on("rel1", "systemctl is-enabled kubelet; systemctl cat kubelet")).toMatch(
      /^enabled[\s\S]*--config=\/var\/lib\/kubelet\/config.yaml/,
    );
    const before = served.asked.length;
    const second = await install("rel1", await release());
    expect([second.exitCode, second.changed], second.why).toEqual([0, []]);
    expect(served.asked.slice(before)).toEqual([]);
  });

  test("one of another hash is refused, and what is there stays", async () => {
    const run = await install("rel1", await release({ kubectl: "0".repeat(64) }));
    expect(run.exitCode).toBe(3);
    expect(run.why).toContain("/usr/local/bin/kubectl");
    expect(await versions("rel1")).toBe(ALL);
  });
});
