import { absolutePath, z } from "ts-play";
import { etcdCluster } from "../etcd/cluster-probe.ts";
import { etcdHasLog } from "../etcd/has-log.ts";

/** How the cluster is asked. */
export const asking = z.object({
  endpoints: z.array(z.string()).min(1).readonly().describe("client URLs of members, asked in this order"),
  pki: absolutePath.describe("folder of the host's certificates"),
});

/** A member, and how the cluster is asked about it. */
export const memberArguments = asking.extend({
  name: z.string().describe("the member's name"),
  address: z.string().describe("the member's address"),
});

/** A host that is to come into a cluster. */
export const newcomer = memberArguments.extend({
  dataDir: absolutePath.describe("its data directory"),
  walDir: absolutePath.optional().describe("where its log is, when elsewhere"),
});

/** What every step of coming and going looks at: whether this host has a log, and the cluster as its members see it. */
export const standing = ({ dataDir, walDir, endpoints, pki }: z.output<typeof newcomer>) => ({
  hasLog: etcdHasLog({ dataDir, walDir }),
  cluster: etcdCluster({ endpoints, pki }),
});
