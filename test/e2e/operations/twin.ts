import { thisMachine } from "../../../runner/cli/control-machine.ts";
import type { Probe } from "../../../runner/define/probe.ts";
import { type ChangingDriver, ProbeFailure } from "../../../runner/engine/action.ts";
import { RealFleet } from "../../../runner/engine/fleet.ts";
import { probesOf } from "../../../runner/engine/host-view.ts";
import { Group, type Host, type Play, type RoleCall, sh } from "../../../runner/index.ts";
import { type Lab, runOnHost } from "../../../runner/lab/lab.ts";
import { expandRoles, type TaskNode } from "../../../runner/plan/task-node.ts";
import type { FakeDriver } from "../../../runner/testing/fake-driver.ts";
import { FakeHost } from "../../../runner/testing/index.ts";
import { sshTransport } from "../../../runner/transport/ssh.ts";
import site from "./site.ts";

const helper: Host = { name: "ops2", address: "" };
const subject: Host = { name: "ops1", address: "" };

/** The roles of the site for its subject. */
export function rolesOf(vars: Readonly<Record<string, string>>): readonly RoleCall[] {
  const groups = { subjects: new Group("subjects", [subject]), helpers: new Group("helpers", [helper]) };
  const [only] = site.plays({ groups, vars } as never) as [Play];
  return only.roles(subject);
}

/** All tasks of the site. */
export const nodesOf = (calls: readonly RoleCall[]): readonly TaskNode[] => expandRoles(subject, calls, () => ({}));

/** A host in memory that answers every question of the site as the real one does now. */
export async function twinOf(lab: Lab, calls: readonly RoleCall[]): Promise<FakeHost> {
  const fleet = fleetOf(lab);
  const twin = new FakeHost(subject);
  const nodes = nodesOf(calls);
  try {
    await learn(twin, nodes.filter(isHere), fleet.driver(subject.name));
    await learn(
      twin.other(helper.name),
      nodes.filter((node) => !isHere(node)),
      fleet.driver(helper.name),
    );
  } finally {
    await fleet.close();
  }
  const issue = await runOnHost(lab, addressOf(lab, helper.name), "cat /etc/debian_version");
  twin.ask = async () => issue;
  // No step says what it does to an `until`: that is up to the author's own command.
  twin.setCommand(sh`test -e /srv/ops/goes`, true);
  return twin;
}

const isHere = ({ task }: TaskNode): boolean => task.options.runOn === undefined;

async function learn(fake: FakeDriver, nodes: readonly TaskNode[], real: ChangingDriver): Promise<void> {
  const probes = new Map(nodes.flatMap(probesOf).map((probe) => [probe.key, probe]));
  for (const [key, answer] of await real.read([...probes.values()])) {
    if (answer instanceof ProbeFailure) throw new Error(`${key}: ${answer.failure.message}`);
    fake.set(probes.get(key) as Probe<unknown>, answer);
  }
}

const addressOf = (lab: Lab, host: string): string => lab.hosts.find(({ name }) => name === host)!.address;

const fleetOf = (lab: Lab): RealFleet =>
  new RealFleet({
    transport: sshTransport(),
    targetOf: (name) => ({ ...lab, name, connection: "ssh", address: addressOf(lab, name), user: "root" }),
    signal: new AbortController().signal,
    lockOwner: undefined,
    here: thisMachine,
    redact: (text) => text,
    keepOutput: false,
    onSecret: () => undefined,
  });
