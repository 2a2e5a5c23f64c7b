import { defineRole, flattenTasks, z } from "ts-play";
import { memberCertificates } from "../etcd/certificates.ts";
import { endpointsOf } from "../etcd/role.ts";
import { etcdVars, selfIn } from "../etcd/vars.ts";
import { storeIn } from "../etcd-backup/store.ts";
import { soundness } from "../etcd-restore/intent.ts";
import { etcdVerified } from "./verified.ts";

const backups = z
  .strictObject({
    folder: z.string().describe("folder of the control machine with the backups"),
    cluster: z.string().describe("what their names begin with"),
    maxHours: z.number().positive().default(26).describe("the newest verified one may be so old"),
  })
  .optional()
  .describe("look also whether there is a backup, on behalf of the first member");

const vars = z.strictObject({
  of: z.custom<z.input<typeof etcdVars>>().describe("what the role `etcd` was given"),
  backups,
  maxDbPercent: z.number().min(1).max(100).default(80).describe("share of the quota that the database may take"),
  maxFreePercent: z
    .number()
    .min(1)
    .max(100)
    .default(50)
    .describe("share of a database above 100 MiB that may be free inside of it"),
  maxSyncMs: z
    .number()
    .positive()
    .default(10)
    .describe("99 % of the syncs of the log to the disk must be faster, since the member's start"),
  maxLag: z.int().nonnegative().default(1000).describe("entries of the log that a member may be behind"),
});

/** Looks at a running member of etcd and says all that is wrong. */
export const etcdVerify = defineRole({
  name: "etcdVerify",
  summary:
    "Looks at a running etcd and says all that is wrong: members, leader, log, alarms, database, disk, certificates, backups. Changes nothing.",
  vars,
  tasks: ({ vars: { of, backups, ...bounds }, host }) => {
    const member = etcdVars.parse(of);
    const self = selfIn(member.members, host.name);
    const isFirst = member.members[0]?.name === host.name;
    return [
      etcdVerified({
        members: member.members,
        client: { endpoints: endpointsOf(member.members, self.address), pki: member.pki },
        metricsPort: member.metricsPort,
        bounds,
        certificates: flattenTasks(memberCertificates(member, self, "etcd")),
        ...(backups &&
          isFirst && {
            backups: {
              store: storeIn(backups.folder, backups.cluster),
              newest: soundness(backups),
              maxHours: backups.maxHours,
            },
          }),
      }),
    ];
  },
});
