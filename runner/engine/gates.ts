import type { Gate } from "../define/gate.ts";
import type { Host } from "../define/host.ts";
import type { Play } from "../define/playbook.ts";
import { ProbeFailure } from "./action.ts";
import { type Fleet, readAgain } from "./fleet.ts";

/** Why a batch must not start, asked of all hosts of the play; undefined when no gate speaks against it. */
export async function gateObjection(
  { gates, on }: Pick<Play, "gates" | "on">,
  batch: readonly Host[],
  fleet: Fleet,
): Promise<string | undefined> {
  for (const gate of gates) {
    const seen = await Promise.all(on.hosts.map(async (host) => ({ host, answer: await answerOf(gate, host, fleet) })));
    const objection = gate.objection(seen, batch);
    if (objection !== undefined) return `gate "${gate.name}": ${objection}`;
  }
  return undefined;
}

/** Undefined when the host cannot be asked: a gate must count such a host as not healthy. */
async function answerOf({ probe }: Gate, host: Host, fleet: Fleet): Promise<unknown> {
  try {
    const answer = (await readAgain(fleet.driver(host.name), [probe])).get(probe.key);
    return answer instanceof ProbeFailure ? undefined : answer;
  } catch {
    return undefined;
  }
}
