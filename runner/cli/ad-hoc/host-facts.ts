import type { Probe } from "../../define/probe.ts";
import { ProbeFailure } from "../../engine/action.ts";
import { type Fleet, readAgain } from "../../engine/fleet.ts";
import { stopFor } from "../../engine/outcome.ts";
import { architecture } from "../../probes/architecture.ts";
import { cpus } from "../../probes/cpus.ts";
import { defaultRoute } from "../../probes/default-route.ts";
import { hostName } from "../../probes/host-name.ts";
import { interfaces } from "../../probes/interfaces.ts";
import { memory } from "../../probes/memory.ts";
import { mountPoints } from "../../probes/mount-points.ts";
import { osRelease } from "../../probes/os-release.ts";
import { packageManager } from "../../probes/package-manager.ts";
import type { Failure } from "../../report/event.ts";

/** What a host is asked: the probes of hosts as such, under the names that playbooks give them. */
const PROBES = {
  hostName: hostName(),
  osRelease: osRelease(),
  architecture: architecture(),
  cpus: cpus(),
  memory: memory(),
  packageManager: packageManager(),
  defaultRoute: defaultRoute(),
  interfaces: interfaces(),
  mountPoints: mountPoints(),
} as const;

type Known = { readonly [K in keyof typeof PROBES]: (typeof PROBES)[K] extends Probe<infer T> ? T : never };
export type Facts = Partial<Known>;

export const factNames = Object.keys(PROBES) as readonly (keyof Facts)[];

export type HostFacts =
  | { readonly host: string; readonly state: "ok"; readonly facts: Facts }
  | { readonly host: string; readonly state: "failed" | "unreachable"; readonly failure: Failure };

/** Asks a host for some of its facts, in one round trip; never throws. */
export async function askFacts(fleet: Fleet, host: string, names: readonly (keyof Facts)[]): Promise<HostFacts> {
  try {
    const answers = await readAgain(
      fleet.driver(host),
      names.map((name) => PROBES[name]),
    );
    const facts = names.map((name) => [name, answers.get(PROBES[name].key)] as const);
    const broken = facts.map(([, answer]) => answer).find((answer) => answer instanceof ProbeFailure);
    if (broken) return { host, state: "failed", failure: broken.failure };
    return { host, state: "ok", facts: Object.fromEntries(facts) };
  } catch (error) {
    const { state, failure } = stopFor(error);
    return { host, state: state === "unreachable" ? state : "failed", failure };
  }
}
