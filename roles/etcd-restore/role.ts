import { defineRole, directory, file, refOf, z } from "ts-play";
import { endpointsOf } from "../etcd/role.ts";
import { clusterVars, selfIn } from "../etcd/vars.ts";
import { type Intent, intentFile, snapshotOf, soundness } from "./intent.ts";
import { etcdRestored, etcdRestoreEnd, etcdRestoreMember, etcdStop, WORK } from "./member.ts";
import { etcdRestorable } from "./restorable.ts";

const common = clusterVars.extend({
  intent: refOf<Intent>().describe("what is being restored: `restoreIntent({ folder, cluster, backup })`"),
  dataDir: z.string().default("/var/lib/etcd").describe("where members keep their data"),
});

const store = {
  cluster: z.string().default("etcd").describe("what the names of its backups begin with"),
  folder: z.string().describe("folder of the control machine with the backups"),
};

/** Looks whether the cluster may be restored; changes nothing. */
export const etcdRestoreLook = defineRole({
  name: "etcdRestoreLook",
  summary:
    "Looks whether a cluster may be restored: confirmed, from a sound backup, with no healthy cluster in its place.",
  vars: common.extend({
    ...store,
    backup: z.string().optional().describe("its name; without it the newest that is verified"),
    confirmed: z.string().optional().describe("the cluster, named once more by the person who restores it"),
    force: z.boolean().default(false).describe("also over a healthy cluster, and from a backup that was not verified"),
  }),
  tasks: ({ vars }) => [
    etcdRestorable({
      ...vars,
      backup: soundness(vars),
      client: { endpoints: endpointsOf(vars.members), pki: vars.pki },
    }),
  ],
});

/** Stops the members that are to be restored. */
export const etcdRestoreStop = defineRole({
  name: "etcdRestoreStop",
  summary: "Stops a member of etcd that is to be restored.",
  vars: common,
  tasks: ({ vars }) => [etcdStop(vars)],
});

/** The snapshot in the place of the member's data. */
export const etcdRestore = defineRole({
  name: "etcdRestore",
  summary: "A snapshot in the place of a member's data, which is set aside; the member must have been stopped.",
  vars: common.extend({ folder: store.folder }),
  tasks: ({ vars, host }) => [
    directory({ path: WORK, mode: "0700" }),
    file(
      { path: `${WORK}/etcd.db`, content: snapshotOf(vars.intent, vars.folder), mode: "0600" },
      { timeoutMs: 3_600_000 },
    ),
    etcdRestoreMember({ ...vars, ...selfIn(vars.members, host.name) }, { timeoutMs: 3_600_000 }),
  ],
});

/** Looks that nothing is missing, and tidies up. */
export const etcdRestoreCompare = defineRole({
  name: "etcdRestoreCompare",
  summary: "Compares the keys of a restored member with those of the backup, and removes the snapshot from the host.",
  vars: common,
  tasks: ({ vars, host }) => [etcdRestored({ ...vars, address: selfIn(vars.members, host.name).address })],
});

/** The restore has ended on all hosts. */
export const etcdRestoreDone = defineRole({
  name: "etcdRestoreDone",
  summary: "Notes on the control machine that a restore has ended on all hosts.",
  vars: common.extend(store),
  tasks: ({ vars }) => [etcdRestoreEnd({ file: intentFile(vars), intent: vars.intent })],
});
