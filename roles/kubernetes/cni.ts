import { type Content, defineTemplate, directory, file, localFile, type Task, type Tasks, template, z } from "ts-play";
import { kubeApply, MANIFESTS, NETWORK_MANIFEST } from "./apply.ts";

const image = z.string().regex(/^[\w./:@-]+$/);

const flannel = z.strictObject({
  kind: z.literal("flannel").describe("flannel: simple, and knows no network policies"),
  podSubnet: z.string().default("10.244.0.0/16").describe("addresses of pods, the same as the cluster's"),
  backend: z
    .enum(["vxlan", "host-gw"])
    .default("vxlan")
    .describe("how packets travel between nodes: wrapped, or as they are, where all nodes are in one network"),
  nftables: z.boolean().default(false).describe("make rules with nft and not with iptables"),
  image: image.default("ghcr.io/flannel-io/flannel:v0.27.4").describe("the image"),
  pluginImage: image
    .default("ghcr.io/flannel-io/flannel-cni-plugin:v1.8.0-flannel1")
    .describe("the image with its plugin"),
});

const manifest = z.strictObject({
  kind: z.literal("manifest").describe("any other, such as Calico or Cilium, by its own manifest"),
  file: z
    .string()
    .min(1)
    .describe("the manifest, a file of the control machine; a pool that it names must lie in the cluster's pod subnet"),
});

/** The network between pods. */
export const network = z.discriminatedUnion("kind", [flannel, manifest]).describe("the network between pods");
export type Network = z.output<typeof network>;

const flannelManifest = defineTemplate(new URL("./flannel.yaml.ejs", import.meta.url), flannel.omit({ kind: true }));

export const networkTasks = (wanted: Network): Tasks => {
  const path = NETWORK_MANIFEST;
  return [directory({ path: MANIFESTS, mode: "0755" }), manifestFile(wanted, path), kubeApply({ path })];
};

function manifestFile(wanted: Network, path: string): Task {
  if (wanted.kind === "manifest") return file({ path, content: localFile(wanted.file) });
  const { kind: _, ...settings } = wanted;
  return template({ path, content: flannelManifest(settings) as Content & string });
}
