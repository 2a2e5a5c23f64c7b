import {
  type Answers,
  type Change,
  defineOperation,
  isRef,
  type Probe,
  type Ref,
  type Task,
  TaskRefusal,
  type UnitState,
  unitState,
  z,
} from "ts-play";
import type { Client } from "../etcd/cluster-probe.ts";
import type { EtcdMember } from "../etcd/vars.ts";
import type { Store } from "../etcd-backup/store.ts";
import type { Soundness } from "../etcd-restore/intent.ts";
import { type Bounds, backupFindings, clusterFindings, metricsFindings, unitFindings } from "./findings.ts";
import { etcdReport, type Report } from "./report.ts";

/** What is looked at of the backups. */
export interface BackupsWanted {
  readonly store: Ref<Store> | Store;
  readonly newest: Ref<Soundness> | Soundness;
  readonly maxHours: number;
}

const args = z.object({
  members: z.custom<readonly EtcdMember[]>().describe("all members, as the inventory has them"),
  client: z.custom<Client>().describe("how the cluster is asked"),
  metricsPort: z.number().describe("metrics on 127.0.0.1"),
  bounds: z.custom<Bounds>().describe("what is still right"),
  certificates: z.custom<readonly Task[]>().describe("the tasks that keep them"),
  backups: z.custom<BackupsWanted>().optional().describe("looked at when given"),
});

type Reads = { readonly unit: Probe<UnitState>; readonly report: Probe<Report> } & {
  readonly [certificate: `${number} ${string}`]: Probe<unknown>;
};

/** Looks at a member, its cluster, its certificates and the backups, and refuses with everything that is wrong. */
export const etcdVerified = defineOperation<typeof args, Reads>({
  name: "etcdVerified",
  summary:
    "Refuses with everything that is wrong with a member of etcd, its cluster, certificates and backups; changes nothing.",
  args,
  example: `etcdVerified({
  members: [{ name: "etcd1", address: "10.0.0.4" }],
  client: { endpoints: ["https://10.0.0.4:2379"], pki: "/etc/etcd/pki" },
  metricsPort: 2381,
  bounds: { maxDbPercent: 80, maxFreePercent: 50, maxSyncMs: 10, maxLag: 1000 },
  certificates: [],
})`,
  subject: () => "",
  read: ({ client, metricsPort, certificates }) => ({
    unit: unitState("etcd"),
    report: etcdReport({ ...client, metricsPort }),
    ...Object.fromEntries(
      certificates.flatMap(({ reads }, i) => Object.entries(reads).map(([name, probe]) => [`${i} ${name}`, probe])),
    ),
  }),
  plan: ({ args, current }) => {
    const { cluster, statuses, metrics } = current.report;
    const runs = current.unit.active === "active";
    const findings = [
      ...unitFindings(current.unit),
      ...clusterFindings(cluster, statuses, args.members, args.bounds),
      ...(runs ? metricsFindings(metrics, args.bounds) : []),
      ...args.certificates.flatMap((task, i) => certificateFindings(task, i, current)),
      ...(args.backups ? lookAt(args.backups) : []),
    ];
    if (findings.length === 0) return [];
    throw new TaskRefusal(
      findings.join("\n"),
      "certificates and units are mended by playbooks/etcd.ts; for the rest see docs/etcd.md",
    );
  },
});

function lookAt({ store, newest, maxHours }: BackupsWanted): readonly string[] {
  if (isRef(store) || isRef(newest)) throw new Error("what can be looked at was not");
  return backupFindings(store, newest, maxHours);
}

/** What the task that keeps a certificate would change. */
function certificateFindings(task: Task, i: number, current: Answers<Reads>): readonly string[] {
  const own = Object.fromEntries(Object.keys(task.reads).map((name) => [name, current[`${i} ${name}`]]));
  try {
    return task
      .plan(own, false, task.args)
      .flatMap(({ changes }) => changes.map((one) => `${task.name}: ${words(one)}`));
  } catch (error) {
    if (error instanceof TaskRefusal) return [`${task.name}: ${error.message}`];
    throw error;
  }
}

const words = ({ attribute, from, to, text }: Change): string =>
  text === undefined ? `${attribute} is ${String(from)}, not ${String(to)}` : `${attribute} differs`;
