/** Prints what the bundle of the tests is made of. usage: describe.js <version> <folder with what build.sh has built> */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const [version, work] = process.argv.slice(2);
const own = (name) => join(work, "bin", name);

const files = Object.fromEntries([
  ...["kubeadm", "kubelet", "kubectl"].map((name) => [`bin/${name}`, own(name)]),
  ...["bridge", "flannel", "host-local", "loopback", "portmap"].map((name) => [`cni/${name}`, join(work, "cni", name)]),
]);

/** The names that this kubeadm asks for, by the last part without the tag: `kube-proxy`, `etcd`, `pause` ... */
const wanted = new Map(
  execFileSync(own("kubeadm"), ["config", "images", "list", "--kubernetes-version", `v${version}`], {
    encoding: "utf8",
  })
    .trim()
    .split("\n")
    .map((image) => [image.split("/").at(-1).split(":")[0], image]),
);

const alone = (name, path) => ({ files: { [path]: own(name) }, entrypoint: [path] });
const withTools = (name, path, more = {}) => ({
  folder: join(work, "net"),
  files: { [path]: own(name), ...more },
  entrypoint: [path],
});
const busybox = "/bin/busybox";

const images = {
  ...Object.fromEntries(
    ["kube-apiserver", "kube-controller-manager", "kube-scheduler"].map((name) => [
      wanted.get(name),
      alone(name, `/usr/local/bin/${name}`),
    ]),
  ),
  [wanted.get("kube-proxy")]: withTools("kube-proxy", "/usr/local/bin/kube-proxy"),
  [wanted.get("pause")]: alone("pause", "/pause"),
  [wanted.get("coredns")]: alone("coredns", "/coredns"),
  [wanted.get("etcd")]: {
    files: Object.fromEntries(["etcd", "etcdctl", "etcdutl"].map((name) => [`/usr/local/bin/${name}`, own(name)])),
    entrypoint: ["etcd"],
  },
  "ghcr.io/flannel-io/flannel:v0.27.4": withTools("flanneld", "/opt/bin/flanneld", { "/usr/bin/cp": busybox }),
  "ts-play.local/flannel-cni-plugin:0.9.1": {
    files: { "/flannel": join(work, "cni/flannel"), "/bin/cp": busybox },
    entrypoint: ["/bin/cp"],
  },
  // What the pods of kubeVerify run.
  "ts-play.local/probe:1": {
    files: { "/bin/busybox": busybox },
    links: Object.fromEntries(["sh", "nslookup", "wget", "httpd", "sleep"].map((name) => [`/bin/${name}`, "busybox"])),
    entrypoint: ["/bin/sh"],
  },
};

process.stdout.write(
  `${JSON.stringify({ kubernetes: version, architecture: "amd64", files, images }, undefined, 2)}\n`,
);
