import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { BUNDLE } from "./bundle.ts";

const execute = promisify(execFile);

interface Package {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  /** Files in it, by their place on the host: a file of this machine, or text. */
  readonly files: Readonly<Record<string, { readonly from: string } | { readonly text: string }>>;
}

const program = (name: string) => ({ from: join(BUNDLE, "bin", name) });
const plugins = ["bridge", "flannel", "host-local", "loopback", "portmap"];

/** Places and units as the project's own packages have them. */
const KUBELET_UNIT = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;
const DROP_IN = `[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;

const units = "/usr/lib/systemd/system";
const packagesAt = (version: string): readonly Package[] => [
  {
    name: "kubeadm",
    version,
    files: {
      "/usr/bin/kubeadm": program("kubeadm"),
      [`${units}/kubelet.service.d/10-kubeadm.conf`]: { text: DROP_IN },
    },
  },
  {
    name: "kubelet",
    version,
    depends: "iptables (>= 1.4.21), kubernetes-cni (>= 1.2.0), iproute2, mount, util-linux",
    files: { "/usr/bin/kubelet": program("kubelet"), [`${units}/kubelet.service`]: { text: KUBELET_UNIT } },
  },
  { name: "kubectl", version, files: { "/usr/bin/kubectl": program("kubectl") } },
  {
    name: "kubernetes-cni",
    version: "1.7.1-1.1",
    files: Object.fromEntries(plugins.map((name) => [`/opt/cni/bin/${name}`, { from: join(BUNDLE, "cni", name) }])),
  },
];

/** What others would be glad to upgrade to; it has no program. */
const NEWER: Package = {
  name: "kubectl",
  version: "1.34.99-1.1",
  files: { "/usr/share/doc/kubectl/newer": { text: "" } },
};

/** Makes a signed repository of the form that the project has, and answers the SHA-256 of its key. */
export async function aptRepository(folder: string, version: string): Promise<string> {
  const all = [...packagesAt(`${version}-1.1`), NEWER];
  const index = [];
  for (const one of all) index.push(await packed(one, folder));
  await writeFile(join(folder, "Packages"), index.join("\n"));
  await writeFile(join(folder, "Release"), await releaseOf(folder));
  return sign(folder);
}

/** Makes one package and answers its paragraph of the index; deb-control(5). */
async function packed({ name, version, depends, files }: Package, folder: string): Promise<string> {
  const root = join(folder, "work", name);
  for (const [path, content] of Object.entries(files)) await place(join(root, path), content);
  const control = [
    ...[`Package: ${name}`, `Version: ${version}`, "Architecture: amd64", "Maintainer: the lab <root@localhost>"],
    ...(depends === undefined ? [] : [`Depends: ${depends}`]),
    `Description: ${name} of Kubernetes`,
  ].map((line) => `${line}\n`);
  await place(join(root, "DEBIAN/control"), { text: control.join("") });
  const file = join(folder, "amd64", `${name}_${version}_amd64.deb`);
  await mkdir(dirname(file), { recursive: true });
  await execute("dpkg-deb", ["--root-owner-group", "-Zgzip", "-z1", "--build", root, file]);
  await rm(root, { recursive: true });
  return `${control.join("")}Filename: amd64/${basename(file)}\nSize: ${(await stat(file)).size}\nSHA256: ${await sha256(file)}\n`;
}

async function place(path: string, content: Package["files"][string]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if ("text" in content) await writeFile(path, content.text);
  else {
    await copyFile(content.from, path);
    await chmod(path, 0o755);
  }
}

async function releaseOf(folder: string): Promise<string> {
  const packages = join(folder, "Packages");
  const line = ` ${await sha256(packages)} ${(await stat(packages)).size} Packages`;
  return `Origin: lab\nDate: ${new Date().toUTCString()}\nArchitectures: amd64\nSHA256:\n${line}\n`;
}

/** With a key that lives no longer than this. */
async function sign(folder: string): Promise<string> {
  const home = join(folder, "gnupg");
  await mkdir(home, { mode: 0o700 });
  const gpg = (...args: string[]) => execute("gpg", ["--homedir", home, "--batch", "--yes", ...args]);
  try {
    await gpg("--passphrase", "", "--quick-generate-key", "lab", "ed25519", "sign", "never");
    await gpg("--armor", "--output", join(folder, "Release.key"), "--export");
    await gpg("--output", join(folder, "InRelease"), "--clearsign", join(folder, "Release"));
  } finally {
    await execute("gpgconf", ["--homedir", home, "--kill", "all"]);
    await rm(home, { recursive: true });
  }
  return sha256(join(folder, "Release.key"));
}

/** SHA-256 of a file, in hex. */
export const sha256 = async (file: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
