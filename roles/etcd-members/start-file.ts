import { defineOperation, file, fileHash, pathState, z } from "ts-play";
import { etcdCluster } from "../etcd/cluster-probe.ts";
import { etcdHasLog } from "../etcd/has-log.ts";
import { type Member, memberAt, peerUrl } from "../etcd/member.ts";
import { environmentFile, startFlags } from "../etcd/settings.ts";
import { BOOTSTRAP } from "../etcd/unit.ts";
import { newcomer } from "./arguments.ts";

const args = newcomer.extend({ token: z.string().describe("the cluster's token") });

/** The list of members in it is the cluster's own, not the inventory's: etcd compares the two, and does not start with another. */
export const etcdStartFile = defineOperation({
  name: "etcdStartFile",
  summary:
    "What an added member of etcd reads when it is started for the first time; nothing is changed once it has begun.",
  args,
  example: `etcdStartFile({
  name: "etcd4",
  address: "10.0.0.7",
  endpoints: ["https://10.0.0.4:2379"],
  pki: "/etc/etcd/pki",
  dataDir: "/var/lib/etcd",
  token: "etcd",
})`,
  subject: () => "",
  read: ({ dataDir, walDir, endpoints, pki }) => ({
    hasLog: etcdHasLog({ dataDir, walDir }),
    cluster: etcdCluster({ endpoints, pki }),
    state: pathState(BOOTSTRAP),
    hash: fileHash(BOOTSTRAP),
  }),
  plan: ({ args: { name, address, token }, current: { hasLog, cluster, state, hash } }) => {
    const { members = [] } = cluster ?? {};
    if (hasLog || memberAt(members, peerUrl(address)) === undefined) return [];
    const peers = members.flatMap((member) => peersOf(member, { name, address }));
    const content = environmentFile(startFlags({ address, peers, token, state: "existing" }));
    return file.plan({
      args: { path: BOOTSTRAP, content, mode: "0640", group: "etcd" },
      current: { state, hash },
    });
  },
});

/** The list does not know yet how a member is called that has never been started. */
const peersOf = (
  { name, peerUrls }: Member,
  self: { readonly name: string; readonly address: string },
): readonly string[] => peerUrls.map((url) => `${url === peerUrl(self.address) ? self.name : name}=${url}`);
