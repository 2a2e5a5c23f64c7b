import {
  type CertificateAuthority,
  certificateAuthority,
  type Group,
  type Play,
  play,
  refuseInventory,
  z,
} from "ts-play";
import { bootstrapGate } from "./bootstrap.ts";
import { memberObjections } from "./inventory-objections.ts";
import { restartGate } from "./restart.ts";
import { endpointsOf, etcd, etcdReady, etcdRolling } from "./role.ts";
import { checksums, etcdSource, minorOf, withChecksum } from "./source.ts";
import { etcdVars } from "./vars.ts";

const number = z.coerce.number();
const { heartbeatMs, electionMs, snapshotCount, certificateDays, dataDir } = etcdVars.shape;

/** What every playbook for etcd takes from the inventory. */
export const etcdInventoryVars = {
  etcd_token: z
    .string()
    .regex(/^[\w.-]+$/)
    .default("etcd")
    .describe("keeps clusters apart; different for each"),
  etcd_source: etcdSource,
  etcd_checksums: checksums,
  etcd_pki_folder: z
    .string()
    .default("pki/etcd")
    .describe("folder of the control machine with the authority of the cluster; keep it, and back it up"),
  etcd_former_pki_folder: z
    .string()
    .optional()
    .describe("folder of the authority whose place that of `etcd_pki_folder` takes; as long as both are trusted"),
  etcd_ca_passphrase_file: z
    .string()
    .optional()
    .describe("file with the passphrase of the authority's key, for when ETCD_CA_PASSPHRASE is not set"),
  etcd_names: z.array(z.hostname()).default([]).describe("more names under which clients call the members"),
  etcd_data_dir: dataDir.describe("where members keep their data"),
  etcd_heartbeat_ms: number
    .pipe(heartbeatMs.unwrap())
    .default(100)
    .describe("how often the leader shows that it lives"),
  etcd_election_ms: number.pipe(electionMs.unwrap()).default(1000).describe("silence after which the others elect"),
  etcd_snapshot_count: number
    .pipe(snapshotCount.unwrap())
    .default(10_000)
    .describe("changes between two snapshots of the log"),
  etcd_certificate_days: number.pipe(certificateDays.unwrap()).default(365).describe("how long certificates last"),
  etcd_accept_outage: z.boolean().default(false).describe("restart members also where a majority is lost meanwhile"),
};

export type EtcdInventoryVars = z.output<z.ZodObject<typeof etcdInventoryVars>>;

/** The authority of a cluster, as its inventory names it. */
export const authorityOf = (vars: EtcdInventoryVars, folder = vars.etcd_pki_folder): CertificateAuthority =>
  certificateAuthority({
    name: "etcd-ca",
    folder,
    passphrase: {
      variable: "ETCD_CA_PASSPHRASE",
      file: vars.etcd_ca_passphrase_file,
      ...(vars.etcd_ca_passphrase_file === undefined && { prompt: "passphrase of the etcd authority" }),
    },
  });

/** The variables of the role for the members of a group. Throws InventoryRefusal. */
export function memberVars(group: Group, vars: EtcdInventoryVars): z.input<typeof etcdVars> {
  refuseInventory(memberObjections(group, vars));
  return {
    members: group.map(({ name, address }) => ({ name, address })),
    ca: authorityOf(vars),
    formerCa: vars.etcd_former_pki_folder === undefined ? undefined : authorityOf(vars, vars.etcd_former_pki_folder),
    token: vars.etcd_token,
    source: withChecksum(vars.etcd_source, vars.etcd_checksums),
    names: vars.etcd_names,
    dataDir: vars.etcd_data_dir,
    heartbeatMs: vars.etcd_heartbeat_ms,
    electionMs: vars.etcd_election_ms,
    snapshotCount: vars.etcd_snapshot_count,
    certificateDays: vars.etcd_certificate_days,
    renewBeforeDays: Math.min(30, Math.floor(vars.etcd_certificate_days / 3)),
  };
}

/**
 * Builds a cluster or brings it up to date. All members are started before any is waited for, so any number of forks will do; what
 * has to be restarted is, one by one, the leader last.
 */
export function clusterPlays(group: Group, vars: EtcdInventoryVars): readonly Play[] {
  const { members } = memberVars(group, vars);
  const client = { endpoints: endpointsOf(members), pki: "/etc/etcd/pki" };
  return [
    play({
      title: "Members",
      on: group,
      gates: [
        bootstrapGate({
          ...client,
          dataDir: vars.etcd_data_dir,
          state: "new",
          minor: minorOf(vars.etcd_source),
        }),
      ],
      roles: [etcd(memberVars(group, vars))],
    }),
    play({ title: "Members answer", on: group, roles: [etcdReady({ members })] }),
    ...rollingPlays(group, vars),
  ];
}

/** What runs with an old configuration is restarted, one member at a time: followers first, the leader last. */
export function rollingPlays(group: Group, vars: EtcdInventoryVars): readonly Play[] {
  const { members } = memberVars(group, vars);
  const acceptOutage = vars.etcd_accept_outage;
  const rolling = (leader: boolean) =>
    play({
      title: leader ? "Leader: restart if it must" : "Followers: restart if they must",
      on: group,
      batch: 1,
      gates: [restartGate({ endpoints: endpointsOf(members), pki: "/etc/etcd/pki" }, acceptOutage)],
      roles: [etcdRolling({ members, source: vars.etcd_source, leader, acceptOutage })],
    });
  return [rolling(false), rolling(true)];
}
