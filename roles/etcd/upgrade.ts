import type { Cluster, Member } from "./member.ts";
import type { Minor } from "./settings.ts";

/**
 * Releases of 3.5 before this one can hand members to 3.6 that were removed long ago (they live on in the old store), and then the
 * cluster loses its majority.
 */
const LAST_STEP_BEFORE_3_6 = 32;

/**
 * Why members that run must not be brought to a minor version; undefined when they may. To be asked before any file is changed: a new
 * unit is started by whatever restarts a member, also by a crash.
 */
export function upgradeObjection({ members, alarms }: Cluster, wanted: Minor): string | undefined {
  const running = members.filter((member): member is Running => member.version !== undefined);
  const objection = running.map((member) => stepObjection(member, wanted)).find((text) => text !== undefined);
  if (objection !== undefined || running.every(({ version }) => minorNumber(version) === minorNumber(wanted)))
    return objection;
  const sick = members.find((member) => !member.healthy || member.learner);
  if (sick) return `${called(sick)} is not a healthy voter, and all must be before an upgrade to ${wanted}`;
  return alarms.length > 0 ? `the cluster has the alarm ${alarms.join(", ")}: no upgrade to ${wanted}` : undefined;
}

type Running = Member & { readonly version: string };

function stepObjection({ version, ...member }: Running, wanted: Minor): string | undefined {
  const step = minorNumber(wanted) - minorNumber(version);
  if (step < 0)
    return `${called(member)} runs ${version}, and etcd does not go back to ${wanted}: correct etcd_source, or restore a backup`;
  if (step > 1)
    return `${called(member)} runs ${version}: bring all to 3.${minorNumber(version) + 1} before ${wanted}, one minor version at a time`;
  const isTooOld = step === 1 && wanted === "3.6" && patchNumber(version) < LAST_STEP_BEFORE_3_6;
  return isTooOld
    ? `${called(member)} runs ${version}: bring all to 3.5.${LAST_STEP_BEFORE_3_6} or later before ${wanted}`
    : undefined;
}

const called = ({ name, id }: Pick<Member, "name" | "id">): string => name || id;

/** Members say `3.5.35`, sources `3.5`. */
const minorNumber = (version: string): number => Number(version.split(".")[1]);
const patchNumber = (version: string): number => Number.parseInt(version.split(".")[2] ?? "0", 10);
