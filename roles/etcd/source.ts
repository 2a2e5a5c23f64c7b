import {
  type Architecture,
  directory,
  file,
  group,
  localFile,
  type OsRelease,
  packages,
  symlink,
  type Tasks,
  unpack,
  user,
  z,
} from "ts-play";
import { type Minor, minors } from "./settings.ts";

const version = z
  .string()
  .regex(/^3\.[456]\.\d+$/, "a version 3.4.x, 3.5.x or 3.6.x without a leading v is needed")
  .describe("of the release");

const byArchitecture = z.partialRecord(
  z.enum(["amd64", "arm64"]),
  z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits are needed"),
);

const sha256 = byArchitecture
  .optional()
  .describe("SHA-256 of the archive for each architecture, from the release's own list; or `etcd_checksums` has it");

/** What a lock file of an inventory holds, such as `group_vars/all/etcd.lock.yaml`. */
export const checksums = z
  .record(z.string().regex(/^3\.\d+\.\d+$/, "a version such as 3.5.35 is needed"), byArchitecture)
  .default({})
  .describe("SHA-256 of archives by version and architecture; a lock file of the inventory");

/** Where etcd comes from. */
export const etcdSource = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("package").describe("the distribution's package"),
      minor: z
        .enum(minors)
        .default("3.4")
        .describe("its minor version, for its flags: 3.4 on Debian 12, 3.5 on Debian 13"),
    }),
    z.strictObject({
      kind: z.literal("release").describe("the project's archive, from the network"),
      version,
      sha256,
      mirrors: z
        .array(z.url())
        .nonempty()
        .readonly()
        .describe("folders that hold `v<version>/etcd-v<version>-linux-<architecture>.tar.gz`, tried in order"),
    }),
    z.strictObject({
      kind: z.literal("folder").describe("the project's archive, from a folder of the control machine"),
      version,
      sha256,
      folder: z.string().min(1).describe("the folder that holds `etcd-v<version>-linux-<architecture>.tar.gz`"),
    }),
  ])
  .default({ kind: "package", minor: "3.4" })
  .describe("where etcd comes from");

export type EtcdSource = z.output<typeof etcdSource>;

/** The minor version that a source brings. */
export const minorOf = (source: EtcdSource): Minor =>
  source.kind === "package" ? source.minor : (source.version.split(".").slice(0, 2).join(".") as Minor);

/** The folder of the programs. A release has one for each version: so a new version is a new unit, and shows in a plan. */
export const binariesOf = (source: EtcdSource): string =>
  source.kind === "package" ? "/usr/bin" : `/opt/etcd/${source.version}`;

/** Debian splits the package; the programs of a release come with no user, so it is made. */
export function installation(source: EtcdSource, os: OsRelease, { name }: Architecture): Tasks {
  if (source.kind === "package")
    return [packages({ names: os.family === "debian" ? ["etcd-server", "etcd-client"] : ["etcd"], units: ["etcd"] })];
  return [
    group({ name: "etcd", system: true }),
    user({
      name: "etcd",
      group: "etcd",
      system: true,
      // No home: the one that a package has made is kept, and cannot be changed while etcd runs.
      createHome: false,
      shell: "/usr/sbin/nologin",
    }),
    unpacked(source, name),
    ["etcdctl", ...(minorOf(source) === "3.4" ? [] : ["etcdutl"])].map((program) =>
      symlink({ path: `/usr/local/bin/${program}`, target: `${binariesOf(source)}/${program}` }),
    ),
  ];
}

/** A source with the hashes that a lock file has for its version; what it says itself counts more. */
export const withChecksum = (source: EtcdSource, known: z.output<typeof checksums>): EtcdSource =>
  source.kind === "package" ? source : { ...source, sha256: source.sha256 ?? known[source.version] };

type Archive = Exclude<EtcdSource, { kind: "package" }>;

function unpacked(source: Archive, architecture: string): Tasks {
  const archive = `etcd-v${source.version}-linux-${architecture}.tar.gz`;
  const wanted = hashFor(source, architecture);
  const target = { path: binariesOf(source), sha256: wanted, strip: 1 };
  if (source.kind === "release")
    return [
      unpack({
        ...target,
        url: source.mirrors.map((mirror) => `${mirror.replace(/\/$/, "")}/v${source.version}/${archive}`) as [
          string,
          ...string[],
        ],
      }),
    ];
  const content = localFile(`${source.folder}/${archive}`);
  if (content.sha256 !== wanted) throw new Error(`${content.path} has the SHA-256 ${content.sha256}, not ${wanted}`);
  return [
    directory({ path: "/var/cache/etcd" }),
    file({ path: `/var/cache/etcd/${archive}`, content }),
    unpack({ ...target, archive: `/var/cache/etcd/${archive}` }),
  ];
}

function hashFor({ sha256, version }: Archive, architecture: string): string {
  const found = sha256?.[architecture as "amd64"];
  if (found === undefined)
    throw new Error(`no SHA-256 of etcd ${version} for ${architecture} is given: put it into etcd_checksums`);
  return found;
}
