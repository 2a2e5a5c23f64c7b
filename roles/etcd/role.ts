import { architecture, defineRole, osRelease, waitFor, z } from "ts-play";
import { etcdBootstrap } from "./bootstrap.ts";
import { isHealthy } from "./cluster-probe.ts";
import { clientUrl } from "./member.ts";
import { preparation } from "./preparation.ts";
import { etcdRestart } from "./restart.ts";
import { etcdSource } from "./source.ts";
import { etcdStart } from "./start.ts";
import { readAtStart } from "./unit.ts";
import { clusterVars, type EtcdMember, etcdVars, selfIn } from "./vars.ts";

export { etcdPod } from "./pod-role.ts";

/** A member of an etcd cluster under systemd. */
export const etcd = defineRole({
  name: "etcd",
  summary:
    "A member of an etcd cluster under systemd, with TLS everywhere; started, but restarted only by the role etcdRolling.",
  vars: etcdVars,
  facts: { os: osRelease(), arch: architecture() },

  tasks: ({ vars, facts, host }) => {
    const self = selfIn(vars.members, host.name);
    return [
      preparation(vars, facts, self),
      etcdBootstrap({ ...vars, address: self.address }),
      vars.start && etcdStart({ files: readAtStart(vars) }),
    ];
  },
});

/** Waits until the host's own member answers. */
export const etcdReady = defineRole({
  name: "etcdReady",
  summary: "Waits until the host's own member of etcd answers and sees a majority.",
  vars: clusterVars.extend({ timeoutSeconds: z.int().positive().default(180).describe("how long to wait at most") }),
  tasks: ({ vars, host }) => {
    const endpoint = clientUrl(selfIn(vars.members, host.name).address);
    const timeoutMs = vars.timeoutSeconds * 1000;
    return [waitFor({ command: isHealthy(vars, endpoint), timeoutMs, intervalMs: 500 }, { name: "etcd answers" })];
  },
});

/** Restarts what runs with an old configuration. */
export const etcdRolling = defineRole({
  name: "etcdRolling",
  summary:
    "Restarts a member of etcd that runs with an old configuration; never when the others are no majority without it.",
  vars: clusterVars.extend({
    source: etcdSource,
    leader: z
      .boolean()
      .describe("also the leader, after it has handed its lead over; followers go first, in a play of their own"),
    acceptOutage: z
      .boolean()
      .default(false)
      .describe("restart also where a majority is lost meanwhile: a cluster of one or two has no other way"),
  }),
  tasks: ({ vars, host }) => {
    const { address } = selfIn(vars.members, host.name);
    const endpoints = endpointsOf(vars.members, address);
    return [etcdRestart({ ...vars, address, endpoints, files: readAtStart(vars) })];
  },
});

/** Client URLs of all members, a host's own first. */
export const endpointsOf = (members: readonly EtcdMember[], own?: string): readonly string[] =>
  [...new Set([...(own === undefined ? [] : [own]), ...members.map(({ address }) => address)])].map(clientUrl);
