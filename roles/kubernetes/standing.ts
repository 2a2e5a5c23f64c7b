import { defineGate, defineProbe, type Gate, type Probe, sh, type Task, waitFor } from "ts-play";
import { type Cluster, memberAt, peerUrl } from "../etcd/member.ts";
import { quorumObjection } from "../etcd/quorum.ts";
import { ownApiServer } from "./own-apiserver.ts";
import { askEtcd, readMembers, stackedEtcdScript } from "./stacked-etcd.ts";

/** Succeeds when the parts of this control plane say that they are well, and its member of etcd, where it has one. */
export const controlPlaneWell = sh`${ownApiServer}for url in "https://$own:6443/readyz" https://127.0.0.1:10257/healthz https://127.0.0.1:10259/readyz; do
  [ "$(curl -sk --max-time 5 "$url")" = ok ] || exit 1
done
[ -s /etc/kubernetes/pki/etcd/healthcheck-client.key ] || exit 0
${askEtcd}
ask https://127.0.0.1:2379/health | grep -q '"health": *"true"'`;

/** Waits until a control plane that was changed is back. */
export const controlPlaneIsWell = (): Task =>
  waitFor({ command: controlPlaneWell, timeoutMs: 300_000, intervalMs: 1000 }, { name: "control plane is well" });

/** A control plane as the gate sees it. */
interface Standing<T> {
  readonly well: boolean;
  readonly etcd: Cluster | undefined;
  /** What tells whether something is to be done to it. */
  readonly more: T;
}

const MARK = "-- ";

/** How a control plane stands, and what another probe says. */
const standingWith = <T>({ kind, argument, key }: Probe<T>) =>
  defineProbe<string, Standing<T>>({
    name: `controlPlaneStanding ${kind.kindName}`,
    summary:
      "Whether the parts of a control plane are well, the members of etcd as it sees them, and what is due there.",
    command: () => sh`standing=unwell
if ( ${controlPlaneWell} ); then standing=well; fi
echo "$standing"
( ${stackedEtcdScript} )
printf '\\n-- \\n'
( ${kind.command([argument as never])} )`,
    parse: ({ stdout, ...result }) => {
      const [standing = "", more = ""] = stdout.split(`\n${MARK}\n`);
      const end = standing.indexOf("\n");
      return {
        well: standing.startsWith("well"),
        etcd: readMembers(standing.slice(end + 1).trimEnd()),
        more: kind.parse({ ...result, stdout: more }, [argument as never])[0]!,
      };
    },
    bare: () => ({ well: false, etcd: undefined, more: kind.bare(argument as never) }),
    timeoutMs: 120_000,
  })(key);

export interface GateWish<T> {
  /** Go on also where the others do not carry the cluster. */
  readonly acceptOutage: boolean;
  readonly probe: Probe<T>;
  /** Whether the control plane that the probe was asked of is to be restarted, or a part of it. */
  readonly due: (answer: T) => boolean;
}

/**
 * Asked before each control plane at which something is due: the others are well, and a majority of etcd without it. Where there is
 * no other the API is away meanwhile, and there is nothing to ask.
 */
export const controlPlaneGate = <T>({ acceptOutage, probe, due }: GateWish<T>): Gate =>
  defineGate<Standing<T>>({
    name: "the others carry the cluster",
    probe: standingWith(probe),
    // Parts that lose their lease when etcd changes its leader start anew, and a member that was exchanged is heard of late.
    settleMs: 60_000,
    objection: (seen, batch) => {
      if (acceptOutage || seen.length === 1) return undefined;
      const isIn = (name: string) => batch.some((host) => host.name === name);
      const going = seen.filter(({ host, answer }) => isIn(host.name) && (answer === undefined || due(answer.more)));
      const others = seen.filter(({ host }) => !isIn(host.name));
      const unwell = others.find(({ answer }) => !answer?.well);
      if (going.length === 0) return undefined;
      if (unwell) return `the control plane of ${unwell.host.name} is not well`;
      const etcd = others.find(({ answer }) => answer?.etcd)?.answer?.etcd;
      return etcd && going.map(({ host }) => memberObjection(etcd, host.address)).find((text) => text !== undefined);
    },
  });

function memberObjection({ members }: Cluster, address: string): string | undefined {
  const member = memberAt(members, peerUrl(address));
  const objection = member && quorumObjection(members, { kind: "restart", member: member.id });
  return objection && `etcd: ${objection}`;
}
