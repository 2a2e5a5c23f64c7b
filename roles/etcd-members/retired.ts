import {
  change,
  defineOperation,
  type Probe,
  pathExists,
  predict,
  run,
  type Step,
  sh,
  TaskRefusal,
  type UnitState,
  unitState,
  z,
} from "ts-play";
import { etcdCluster } from "../etcd/cluster-probe.ts";
import { type DataPlace, etcdHasLog } from "../etcd/has-log.ts";
import { type Cluster, memberAt, peerUrl } from "../etcd/member.ts";
import { erase, setAside } from "../etcd/set-aside.ts";
import { BOOTSTRAP } from "../etcd/unit.ts";
import { newcomer } from "./arguments.ts";

const args = newcomer.extend({
  deleteData: z.boolean().default(false).describe("remove the data for good instead of setting it aside"),
});

type Reads = {
  readonly unit: Probe<UnitState>;
  readonly hasLog: Probe<boolean>;
  readonly mayStart: Probe<boolean>;
  readonly hasKeys: Probe<boolean>;
  readonly cluster: Probe<Cluster | undefined>;
};

/** Leaves nothing on a former member that could start again, or open the cluster. */
export const etcdRetired = defineOperation<typeof args, Reads>({
  name: "etcdRetired",
  summary: "Stops etcd on a host that is no member any more, sets its data aside and removes its keys.",
  args,
  example: `etcdRetired({
  name: "etcd3",
  address: "10.0.0.6",
  endpoints: ["https://10.0.0.4:2379"],
  pki: "/etc/etcd/pki",
  dataDir: "/var/lib/etcd",
})`,
  subject: () => "",
  read: (given) => ({
    unit: unitState("etcd"),
    hasLog: etcdHasLog(placeOf(given)),
    mayStart: pathExists(BOOTSTRAP),
    hasKeys: pathExists(`${given.pki}/client.key`),
    cluster: etcdCluster({ endpoints: given.endpoints, pki: given.pki }),
  }),
  plan: ({ args, current }) => {
    const steps = wanted(args, current);
    if (steps.length > 0 && (current.hasLog || isUp(current.unit))) refuseMember(args, current.cluster);
    return steps;
  },
});

type Former = z.output<typeof args>;
type Seen = { readonly [K in keyof Reads]: Reads[K] extends Probe<infer T> ? T : never };

const placeOf = ({ dataDir, walDir }: DataPlace): DataPlace => ({ dataDir, walDir });
const isUp = ({ active }: UnitState): boolean => !["inactive", "failed"].includes(active);

function refuseMember({ name, address }: Former, cluster: Cluster | undefined): void {
  if (cluster === undefined)
    throw new TaskRefusal(
      `whether ${name} is still a member cannot be asked: no member of the cluster answers it`,
      "start the members that stay, or stop etcd on this host yourself and move its data",
    );
  const member = memberAt(cluster.members, peerUrl(address));
  if (member)
    throw new TaskRefusal(`${name} is still member ${member.id} of its cluster`, "remove it first: etcd-remove.ts");
}

/** The keys go last: until then the host can ask whether it is a member. */
function wanted(given: Former, { unit, hasLog, mayStart, hasKeys }: Seen): readonly Step[] {
  const isLoaded = unit.load === "loaded";
  return [
    ...(isLoaded && (isUp(unit) || unit.file === "enabled") ? [disable(unit)] : []),
    ...(hasLog ? [given.deleteData ? erase(given) : setAside(given, "removed")] : []),
    ...(mayStart || hasKeys ? [forget(given)] : []),
  ];
}

const disable = (unit: UnitState): Step =>
  run(sh`systemctl disable --now etcd.service`, {
    changes: [change("active", unit.active, "inactive"), change("enabled", unit.file, "disabled")],
    effects: [
      predict(unitState("etcd"), (before) => ({ ...before, active: "inactive", sub: "dead", file: "disabled" })),
    ],
  });

const forget = ({ pki }: Former): Step =>
  run(
    sh`rm -f ${BOOTSTRAP} ${["server", "peer", "client"].flatMap((name) => [`${pki}/${name}.crt`, `${pki}/${name}.key`])}`,
    {
      changes: [change(pki, "keys of the cluster", "removed")],
      effects: [predict(pathExists(BOOTSTRAP), false), predict(pathExists(`${pki}/client.key`), false)],
    },
  );
