import {
  type Architecture,
  assert,
  directory,
  download,
  file,
  type LocalFile,
  type OfflineBundle,
  type OsRelease,
  offlineBundle,
  packages,
  service,
  systemdUnit,
  TaskRefusal,
  type Tasks,
  z,
} from "ts-play";
import { containerImage } from "./container-image.ts";
import { KUBELET_DROP_IN, KUBELET_UNIT } from "./kubelet-unit.ts";
import { version } from "./vars.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits are needed");

/** Where kubeadm, kubelet and kubectl come from. */
export const kubeSource = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("packages").describe("packages of the project, one repository for each minor version (apt only)"),
      version,
      repository: z
        .url()
        .optional()
        .describe("instead of the project's own: a mirror of `https://pkgs.k8s.io/core:/stable:/v<minor>/deb/`"),
      keySha256: hash.describe("SHA-256 of the repository's `Release.key`"),
    }),
    z.strictObject({
      kind: z.literal("release").describe("the project's programs, from the network, each known by its hash"),
      version,
      mirrors: z
        .array(z.url())
        .nonempty()
        .readonly()
        .default(["https://dl.k8s.io"])
        .describe("places that hold `v<version>/bin/linux/<architecture>/<program>`, tried in order"),
      sha256: z
        .partialRecord(z.enum(["amd64", "arm64"]), z.strictObject({ kubeadm: hash, kubelet: hash, kubectl: hash }))
        .refine((given) => Object.keys(given).length > 0, "hashes for an architecture are needed")
        .describe("SHA-256 of each program for each architecture of the hosts, from the release's own list"),
    }),
    z.strictObject({
      kind: z
        .literal("bundle")
        .describe("an offline bundle of the control machine: programs, network plugins and images"),
      folder: z.string().min(1).describe("the folder of the bundle, or a tar of it"),
    }),
  ])
  .describe("where Kubernetes comes from");

export type KubeSource = z.output<typeof kubeSource>;

export const PROGRAMS = ["kubeadm", "kubelet", "kubectl"] as const;
type Program = (typeof PROGRAMS)[number];
const BIN = "/usr/local/bin";

export interface Installation {
  readonly source: KubeSource;
  /** Also the images that only control planes run, of a bundle. */
  readonly controlPlane: boolean;
  /** An upgrade brings kubeadm first, and the others when the control plane is there. */
  readonly programs: readonly Program[];
}

interface Machine {
  readonly os: OsRelease;
  readonly architecture: Architecture;
}

/** Of the packages the unit is their own. */
export const installation = (wanted: Installation, { os, architecture }: Machine): Tasks =>
  wanted.source.kind === "packages"
    ? fromPackages(wanted.source, wanted.programs, os)
    : [
        wanted.source.kind === "bundle"
          ? fromBundle(offlineBundle(wanted.source.folder), wanted, architecture)
          : fromRelease(wanted.source, wanted.programs, architecture),
        wanted.programs.includes("kubelet") && [
          systemdUnit({ name: "kubelet", content: KUBELET_UNIT }),
          systemdUnit({ name: "kubelet", dropIn: "10-kubeadm", content: KUBELET_DROP_IN }),
          directory({ path: "/etc/kubernetes/manifests", mode: "0700" }),
          // It ends again and again until kubeadm has given it a configuration, and that is as it should be.
          service({ unit: "kubelet", running: "any" }),
        ],
      ];

function fromPackages(
  { version: wanted, repository, keySha256 }: Extract<KubeSource, { kind: "packages" }>,
  programs: readonly Program[],
  os: OsRelease,
): Tasks {
  if (os.family !== "debian")
    throw new TaskRefusal(
      "packages of Kubernetes are installed with apt only",
      'take the kind "release" or "bundle" on this host',
    );
  const url = (
    repository ?? `https://pkgs.k8s.io/core:/stable:/v${wanted.split(".").slice(0, 2).join(".")}/deb`
  ).replace(/\/*$/, "/");
  const key = "/etc/apt/keyrings/kubernetes.asc";
  const list = file({ path: "/etc/apt/sources.list.d/kubernetes.list", content: `deb [signed-by=${key}] ${url} /\n` });
  return [
    directory({ path: "/etc/apt/keyrings" }),
    download({ path: key, url: `${url}Release.key`, sha256: keySha256 }),
    list,
    packages({
      names: programs.map((name) => `${name}=${wanted}-*`) as [string, ...string[]],
      units: programs.filter((name) => name === "kubelet"),
      hold: true,
      indexMaxAgeHours: 24,
    }),
    programs.includes("kubelet") && service({ unit: "kubelet", running: "any" }),
  ];
}

function fromRelease(
  { version: wanted, mirrors, sha256 }: Extract<KubeSource, { kind: "release" }>,
  programs: readonly Program[],
  { name: architecture }: Architecture,
): Tasks {
  const hashes = sha256[architecture as "amd64"];
  if (hashes === undefined)
    return [
      assert({
        that: false,
        message: `no SHA-256 of Kubernetes ${wanted} for ${architecture} is given`,
        fix: `put those of its programs into kube_source: { sha256: { ${architecture}: ... } }`,
      }),
    ];
  return programs.map((name) =>
    download({
      path: `${BIN}/${name}`,
      url: mirrors.map((mirror) => `${mirror}/v${wanted}/bin/linux/${architecture}/${name}`) as [string, ...string[]],
      sha256: hashes[name],
      mode: "0755",
    }),
  );
}

/** Images of static pods, which only control planes have. */
const isOfControlPlanes = (image: string): boolean =>
  /\/(?:kube-apiserver|kube-controller-manager|kube-scheduler|etcd):/.test(image);

/** Images come with kubeadm, so that all are there before anything is restarted; what plugs pods into the network with the kubelet. */
function fromBundle(
  bundle: OfflineBundle,
  { controlPlane, programs }: Installation,
  { name: architecture }: Architecture,
): Tasks {
  if (bundle.architecture !== architecture)
    return [
      assert({
        that: false,
        message: `the bundle holds programs for ${bundle.architecture}, and this host is ${architecture}`,
        fix: 'build one with "architecture" in its description',
      }),
    ];
  return [
    placed(new Map([...bundle.folder("bin")].filter(([name]) => programs.some((one) => one === name))), BIN),
    programs.includes("kubelet") && [directory({ path: "/opt/cni/bin" }), placed(bundle.folder("cni"), "/opt/cni/bin")],
    programs.includes("kubeadm") &&
      bundle.images
        .filter(({ name }) => controlPlane || !isOfControlPlanes(name))
        .map((image) => containerImage(image)),
  ];
}

const placed = (files: ReadonlyMap<string, LocalFile>, folder: string): Tasks =>
  [...files].map(([name, content]) => file({ path: `${folder}/${name}`, content, mode: "0755" }));
