import {
  type Command,
  defineGate,
  defineOperation,
  defineProbe,
  file,
  fileHash,
  type GateAnswer,
  pathState,
  sh,
  z,
} from "ts-play";
import { type Client, clusterScript, etcdctl, PATIENCE_MS, readCluster } from "./cluster-probe.ts";
import { type DataPlace, hasLog } from "./has-log.ts";
import { type Cluster, clientUrl, hasJoined, memberAt, peerUrl } from "./member.ts";
import { setAside } from "./set-aside.ts";
import { bootstrapFlags, environmentFile, type Minor } from "./settings.ts";
import { BOOTSTRAP, joinedMark, restoredMark } from "./unit.ts";
import { upgradeObjection } from "./upgrade.ts";

const args = z.object({
  dataDir: z.string().describe("its data directory"),
  walDir: z.string().optional().describe("where its log is, when elsewhere"),
  pki: z.string().describe("folder of the certificates"),
  address: z.string().describe("the member's own address"),
  members: z
    .array(z.object({ name: z.string(), address: z.string() }))
    .readonly()
    .describe("all that begin the cluster"),
  token: z.string().describe("keeps clusters apart"),
  state: z.enum(["new", "existing"]).describe("begins a cluster, or joins one"),
});

/**
 * What a member without a log needs to come into its cluster. Once it has one etcd reads none of it, so nothing is changed then; but
 * what has begun with other members than are wanted now, and has never had a majority, begins anew.
 */
export const etcdBootstrap = defineOperation({
  name: "etcdBootstrap",
  summary: "How a member that has no data comes into its cluster; nothing is changed once it has.",
  args,
  example: `etcdBootstrap({
  dataDir: "/var/lib/etcd",
  pki: "/etc/etcd/pki",
  address: "10.0.0.4",
  members: [{ name: "etcd1", address: "10.0.0.4" }],
  token: "etcd",
  state: "new",
})`,
  subject: () => "",
  read: ({ dataDir, walDir, pki, members, address }) => ({
    begun: etcdBegun({
      ...{ dataDir, walDir, pki, address },
      name: members.find((one) => one.address === address)?.name,
      endpoints: members.map((one) => clientUrl(one.address)),
    }),
    state: pathState(BOOTSTRAP),
    hash: fileHash(BOOTSTRAP),
  }),
  plan: ({ args, current: { begun, state, hash } }) => {
    if (begun === "joined") return [];
    const written = file.plan({ args: bootstrapFile(args), current: { state, hash } });
    const isOther = written.some(({ kind }) => kind === "write");
    return begun === "begun" && isOther ? [setAside(args, "never-joined"), ...written] : written;
  },
});

const bootstrapFile = (given: z.output<typeof args>) => ({
  path: BOOTSTRAP,
  content: environmentFile(bootstrapFlags(given)),
  mode: "0640",
  group: "etcd",
});

/** How far a host has come: whether it has data, whether it has ever been part of a majority, and what it sees. */
export interface Progress {
  readonly hasData: boolean;
  readonly joined: boolean;
  readonly cluster: Cluster | undefined;
}

type Place = Client & DataPlace;

/** Type=notify: an active member is part of a majority, also one that was started by another unit than ours. */
const hasJoinedOnce = (dataDir: string): Command =>
  sh`[ -e ${joinedMark(dataDir)} ] || systemctl is-active --quiet etcd`;

/** By either the cluster may know the host: its address may be another than the one that it is to have. */
interface Own {
  readonly name: string | undefined;
  readonly address: string;
}

/**
 * How far a host has come by itself; one that the cluster knows as a member that served has `joined`, whatever else it lacks, and so has one
 * whose data is that of a backup: it is never to be begun anew. That the others answer is no sign: they may have become a cluster just now.
 */
export const etcdBegun = defineProbe<Place & Own, "nothing" | "begun" | "joined">({
  name: "etcdBegun",
  summary: "Whether a member of etcd has a log, and has ever been part of a majority.",
  command: ({
    dataDir,
    walDir,
    address,
    name,
    ...client
  }) => sh`${hasLog({ dataDir, walDir })} || { echo nothing; exit 0; }
[ -e ${restoredMark(dataDir)} ] || { ${hasJoinedOnce(dataDir)}; } && { echo joined; exit 0; }
${etcdctl(client)}for endpoint in ${client.endpoints}; do
  list=$(etcdctl --endpoints "$endpoint" member list 2>/dev/null) && break
done
printf '%s\\n' "$list" | awk -F ', ' -v own=${peerUrl(address)} -v name=${name ?? ""} '(index("," $4 ",", "," own ",") || $3 == name) && $5 != "" { served = 1 } END { exit !served }' && { echo joined; exit 0; }
echo begun`,
  parse: ({ stdout }) => stdout.trim() as "nothing" | "begun" | "joined",
  bare: () => "nothing",
  timeoutMs: PATIENCE_MS,
});

export const etcdProgress = defineProbe<Place, Progress>({
  name: "etcdProgress",
  summary: "Whether a member of etcd has data, has ever joined a majority, and which members it sees.",
  command: ({ dataDir, walDir, ...client }) => sh`{ ${hasLog({ dataDir, walDir })}; } && echo data || echo empty
{ ${hasJoinedOnce(dataDir)}; } && echo joined || echo apart
${clusterScript(client)}`,
  parse: ({ stdout }) => {
    const [data, joined, ...rest] = stdout.split("\n");
    return {
      hasData: data === "data",
      joined: data === "data" && joined === "joined",
      cluster: readCluster(rest.join("\n")),
    };
  },
  bare: () => ({ hasData: false, joined: false, cluster: undefined }),
  timeoutMs: PATIENCE_MS,
});

type Wanted = Place & {
  /** A host that joins a cluster that has added it has no data, and that is right. */
  readonly state: "new" | "existing";
  /** The minor version that all are to run. */
  readonly minor: Minor;
};

/** Lets nobody begin a second cluster in the place of one that has lost a member's data, and no cluster miss a version. */
export const bootstrapGate = ({ state, minor, ...place }: Wanted) =>
  defineGate({
    name: "no member begins anew, and no version is missed",
    probe: etcdProgress(place),
    objection: (seen) => {
      const cluster = seen.map(({ answer }) => answer?.cluster).find((answer) => answer !== undefined);
      const refusal = state === "existing" ? undefined : bootstrapObjection(seen);
      return refusal ?? (cluster && upgradeObjection(cluster, minor));
    },
  });

/** Why a host without data must not start as a founder; undefined when all may. */
export function bootstrapObjection(seen: readonly GateAnswer<Progress>[]): string | undefined {
  const empty = seen.filter(({ answer }) => answer?.hasData === false);
  if (empty.length === 0) return undefined;
  const cluster = seen.find(({ answer }) => answer?.joined && answer.cluster !== undefined)?.answer?.cluster;
  if (cluster) return empty.map(({ host }) => loss(host, cluster)).find((text) => text !== undefined);
  const names = empty.map(({ host }) => host.name).join(", ");
  const unknown = seen.find(({ answer }) => answer === undefined);
  if (unknown) return `${names} has no data, and whether ${unknown.host.name} has any cannot be asked`;
  const owner = seen.find(({ answer }) => answer?.joined);
  return (
    owner &&
    `${names} has no data, but ${owner.host.name} holds that of a cluster that does not answer: start it there first (systemctl start etcd)`
  );
}

function loss(host: { readonly name: string; readonly address: string }, { members }: Cluster): string | undefined {
  const member = memberAt(members, peerUrl(host.address));
  if (member === undefined) return `${host.name} is not a member of the cluster that exists: etcd-add.ts lets it join`;
  return hasJoined(member)
    ? `${host.name} was a member of the cluster that exists, and has lost its data: etcd-replace.ts lets it join anew (member ${member.id})`
    : undefined;
}
