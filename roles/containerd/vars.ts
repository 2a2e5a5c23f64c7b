import { absolutePath, z } from "ts-play";

/** What may stand between double quotes of TOML as it is. */
const plain = z.string().regex(/^[\w./:@-]+$/, "may hold letters, digits and `. / : @ - _`");

const mirror = z.strictObject({
  url: z
    .url()
    .regex(/^https?:\/\/[^"\\\s]+$/)
    .describe("where images are asked for instead"),
  caFile: absolutePath.optional().describe("who signs its certificate; a file on the host"),
  insecure: z.boolean().default(false).describe("take any certificate"),
});

export const cgroupDriver = z
  .enum(["systemd", "cgroupfs"])
  .default("systemd")
  .describe("who makes the control groups of pods; the kubelet must say the same");

export const containerdVars = z.strictObject({
  package: z
    .string()
    .default("containerd")
    .describe("the package, perhaps at a version; `containerd.io` is that of Docker's repository"),
  pauseImage: plain
    .default("registry.k8s.io/pause:3.10.1")
    .describe("holds the namespaces of each pod; the one that `kubeadm config images list` names"),
  cgroupDriver,
  snapshotter: z
    .enum(["overlayfs", "native", "btrfs", "zfs"])
    .default("overlayfs")
    .describe("how layers of images are kept; `native` copies them, where there is no overlay"),
  restrictOomScore: z
    .boolean()
    .default(false)
    .describe("never ask the kernel to spare a pod more than containerd itself: for hosts that may not (containers)"),
  registries: z
    .record(plain, z.array(mirror).min(1).readonly())
    .default({})
    .describe("mirrors of a registry, by its name, tried in order before the registry itself"),
});
