import { setTimeout as sleep } from "node:timers/promises";
import type { Gate } from "../define/gate.ts";
import type { Host } from "../define/host.ts";
import type { Play } from "../define/playbook.ts";
import { ProbeFailure } from "./action.ts";
import { type Fleet, readAgain } from "./fleet.ts";

const AGAIN_AFTER_MS = 2000;

interface Waiting {
  readonly signal: AbortSignal;
  /** Hears once why a batch is waited with. */
  readonly note: (message: string) => void;
}

/** Why a batch must not start, asked of all hosts of the play; undefined when no gate speaks against it. Without `waiting` the first answer counts. */
export async function gateObjection(
  { gates, on }: Pick<Play, "gates" | "on">,
  batch: readonly Host[],
  fleet: Fleet,
  waiting?: Waiting,
): Promise<string | undefined> {
  for (const gate of gates) {
    const ask = () => objectionOf(gate, on.hosts, batch, fleet);
    const first = await ask();
    const objection = first && waiting ? await objectionInTheEnd(gate, first, ask, waiting) : first;
    if (objection !== undefined) return `gate "${gate.name}": ${objection}`;
  }
  return undefined;
}

async function objectionInTheEnd(
  { name, settleMs = 0 }: Gate,
  first: string,
  ask: () => Promise<string | undefined>,
  { signal, note }: Waiting,
): Promise<string | undefined> {
  if (settleMs > 0) note(`gate "${name}": ${first}; waiting up to ${settleMs / 1000} s for that to pass`);
  const end = performance.now() + settleMs;
  let objection: string | undefined = first;
  while (objection !== undefined && performance.now() < end && !signal.aborted) {
    await sleep(AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
    objection = await ask();
  }
  return objection;
}

async function objectionOf(gate: Gate, hosts: readonly Host[], batch: readonly Host[], fleet: Fleet) {
  const seen = await Promise.all(hosts.map(async (host) => ({ host, answer: await answerOf(gate, host, fleet) })));
  return gate.objection(seen, batch);
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
