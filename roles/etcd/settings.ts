import { peerUrl } from "./member.ts";

/** Minor versions whose flags are known. */
export const minors = ["3.4", "3.5", "3.6"] as const;
export type Minor = (typeof minors)[number];

export interface EtcdSettings {
  readonly minor: Minor;
  readonly name: string;
  readonly address: string;
  readonly dataDir: string;
  readonly walDir?: string | undefined;
  readonly pki: string;
  readonly metricsPort: number;
  readonly heartbeatMs: number;
  readonly electionMs: number;
  readonly quotaGiB: number;
  readonly snapshotCount: number;
  readonly compactionHours: number;
}

export interface EtcdBootstrap {
  readonly address: string;
  readonly members: readonly { readonly name: string; readonly address: string }[];
  readonly token: string;
  readonly state: "new" | "existing";
}

/** What etcd reads each time it starts, as its flags without the dashes; a change wants a restart. */
export function etcdFlags(given: EtcdSettings): Readonly<Record<string, string>> {
  const url = (port: number, address = given.address) => `https://${bracketed(address)}:${port}`;
  return {
    name: given.name,
    "data-dir": given.dataDir,
    ...(given.walDir !== undefined && { "wal-dir": given.walDir }),
    "listen-client-urls": `${url(2379)},${url(2379, "127.0.0.1")}`,
    "advertise-client-urls": url(2379),
    "listen-peer-urls": url(2380),
    // Health and metrics without a certificate, for this host alone; kubelets and people ask here.
    "listen-metrics-urls": `http://127.0.0.1:${given.metricsPort}`,
    ...tls(given.pki),
    "heartbeat-interval": String(given.heartbeatMs),
    "election-timeout": String(given.electionMs),
    "quota-backend-bytes": String(BigInt(given.quotaGiB) * 1024n ** 3n),
    "snapshot-count": String(given.snapshotCount),
    "auto-compaction-mode": "periodic",
    "auto-compaction-retention": given.compactionHours === 0 ? "0" : `${given.compactionHours}h`,
    ...byVersion(given.minor),
  };
}

/** What etcd reads only when its data directory is empty; it says how the member comes into the cluster. */
export const bootstrapFlags = ({ address, members, token, state }: EtcdBootstrap): Readonly<Record<string, string>> =>
  startFlags({ address, peers: members.map((one) => `${one.name}=${peerUrl(one.address)}`), token, state });

/** The same from `name=URL` of each member: the list must be the very one that the cluster has. */
export const startFlags = (given: {
  readonly address: string;
  readonly peers: readonly string[];
  readonly token: string;
  readonly state: "new" | "existing";
}): Readonly<Record<string, string>> => ({
  "initial-advertise-peer-urls": peerUrl(given.address),
  "initial-cluster": given.peers.join(","),
  "initial-cluster-token": given.token,
  "initial-cluster-state": given.state,
});

const tls = (pki: string): Readonly<Record<string, string>> => ({
  "cert-file": `${pki}/server.crt`,
  "key-file": `${pki}/server.key`,
  "trusted-ca-file": `${pki}/ca.crt`,
  "client-cert-auth": "true",
  "peer-cert-file": `${pki}/peer.crt`,
  "peer-key-file": `${pki}/peer.key`,
  "peer-trusted-ca-file": `${pki}/ca.crt`,
  "peer-client-cert-auth": "true",
});

/**
 * Each member compares its data with the others as it starts: an experimental flag, in 3.6 a feature gate (the experimental flags
 * go with 3.7). pre-vote keeps a member that comes back from unseating the leader: an option in 3.4, the default since. The lowest
 * TLS version can be set since 3.5.8; 3.4 takes 1.2, as its Go does.
 */
function byVersion(minor: Minor): Readonly<Record<string, string>> {
  switch (minor) {
    case "3.4":
      return { "pre-vote": "true", logger: "zap", "experimental-initial-corrupt-check": "true" };
    case "3.5":
      return { "experimental-initial-corrupt-check": "true", "tls-min-version": "TLS1.2" };
    case "3.6":
      return { "feature-gates": "InitialCorruptCheck=true", "tls-min-version": "TLS1.2" };
  }
}

/** Flags as an environment file of systemd: `--data-dir` is ETCD_DATA_DIR. Values hold no spaces, quotes or line breaks. */
export const environmentFile = (flags: Readonly<Record<string, string>>): string =>
  `# Kept by ts-play.\n${Object.entries(flags)
    .map(([flag, value]) => `ETCD_${flag.toUpperCase().replaceAll("-", "_")}=${value}\n`)
    .join("")}`;

const bracketed = (address: string): string => (address.includes(":") ? `[${address}]` : address);
