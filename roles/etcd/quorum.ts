import type { Member } from "./member.ts";

/** Something that is to be done to a cluster; a member is named by its id. */
export type EtcdStep =
  | { readonly kind: "restart" | "stop" | "reboot" | "remove" | "promote"; readonly member: string }
  | { readonly kind: "add" };

/** How many votes decide: more than half. */
export const majority = (voters: number): number => Math.floor(voters / 2) + 1;

/**
 * Why a step must not be taken; undefined when it may. It may when the healthy voters afterwards are a majority, and when no
 * other member is on its way in: one change at a time.
 */
export function quorumObjection(members: readonly Member[], step: EtcdStep): string | undefined {
  if (members.length === 0) return "the cluster does not answer";
  if (step.kind === "add") return additionObjection(members);
  const target = members.find(({ id }) => id === step.member);
  if (target === undefined) return `there is no member ${step.member}`;
  if (step.kind === "remove") return removalObjection(members, target);
  if (step.kind === "promote") return promotionObjection(members, target);
  return outageObjection(members, target, step.kind);
}

const voters = (members: readonly Member[]): readonly Member[] => members.filter(({ learner }) => !learner);
const healthy = (members: readonly Member[]): number => members.filter((member) => member.healthy).length;
const without = (members: readonly Member[], { id }: Member): readonly Member[] =>
  members.filter((member) => member.id !== id);
const called = ({ name, id, peerUrls }: Member): string => name || `${id} (${peerUrls.join(", ")})`;

function lostQuorum(members: readonly Member[]): string | undefined {
  const [have, all] = [healthy(voters(members)), voters(members).length];
  return have >= majority(all)
    ? undefined
    : `it has no quorum: ${have} of ${all} voters are healthy, ${majority(all)} are needed`;
}

/** Another member that is added but not started, or that learns: it must come in, or go, first. */
function pending(members: readonly Member[]): string | undefined {
  const waiting = members.find(({ name, learner }) => name === "" || learner);
  return waiting && `${called(waiting)} ${waiting.learner ? "is a learner still" : "has been added but never started"}`;
}

function outageObjection(members: readonly Member[], target: Member, kind: string): string | undefined {
  // One that is down already takes nothing away by being started anew; a learner has no vote to lose.
  if (!target.healthy || target.learner) return kind === "restart" ? undefined : pending(without(members, target));
  return (
    lostQuorum(members) ??
    pending(without(members, target)) ??
    tooFew(healthy(voters(without(members, target))), voters(members).length, `while ${called(target)} is down`)
  );
}

function removalObjection(members: readonly Member[], target: Member): string | undefined {
  const rest = voters(without(members, target));
  if (rest.length === 0) return `${called(target)} is the last voter`;
  return (
    lostQuorum(members) ??
    pending(without(members, target)) ??
    tooFew(healthy(rest), rest.length, `without ${called(target)}`)
  );
}

function additionObjection(members: readonly Member[]): string | undefined {
  const sick = voters(members).find((member) => !member.healthy);
  return (
    lostQuorum(members) ??
    pending(members) ??
    (sick && `${called(sick)} is not healthy: replace it before the cluster grows`)
  );
}

function promotionObjection(members: readonly Member[], target: Member): string | undefined {
  if (!target.learner) return `${called(target)} is a voter already`;
  if (!target.healthy) return `${called(target)} does not answer yet`;
  const after = [...voters(members), target];
  return (
    lostQuorum(members) ??
    pending(without(members, target)) ??
    tooFew(healthy(after), after.length, `with ${called(target)} as a voter`)
  );
}

const tooFew = (have: number, all: number, when: string): string | undefined =>
  have >= majority(all) ? undefined : `${when}, ${have} of ${all} voters would be healthy, ${majority(all)} are needed`;
