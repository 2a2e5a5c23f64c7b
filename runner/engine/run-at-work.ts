import { setTimeout as sleep } from "node:timers/promises";
import { script } from "../define/command.ts";
import { defineProbe, type Probe } from "../define/probe.ts";
import { LockedError } from "../errors.ts";
import { type Answers, type HostDriver, ProbeFailure } from "./action.ts";
import { readAgain } from "./fleet.ts";
import { type HostOutcome, TaskFailed } from "./outcome.ts";

/** Who holds the lock of a host, or held it last. */
interface Lock {
  readonly held: boolean;
  /** Unlike that of any other run; empty when there was none since the host started. */
  readonly owner: string;
}

/** For a moment the lock is shared, which tells whether a run has it for itself; the session's shell says where it lies. */
const LOOK = `if [ -w /run ]; then f=/run/ts-play.lock; else f=\${XDG_RUNTIME_DIR:-$HOME}/.ts-play.lock; fi
[ -r "$f" ] || { echo free; exit 0; }
if flock -n -s "$f" true; then echo free; else echo held; fi
head -n 1 "$f"`;

/** Asked when it matters, so no step makes its answer stale. */
export const runAtWork: Probe<Lock> = defineProbe({
  name: "run at work",
  summary: "Whether a run holds the host's lock.",
  looksAt: () => [],
  bare: (): Lock => ({ held: false, owner: "" }),
  command: (_: null) => script(LOOK),
  parse: ({ stdout }): Lock => {
    const [state, owner = ""] = stdout.split("\n");
    return { held: state === "held", owner };
  },
})(null);

const PAUSE_MS = 2000;

export interface Patience {
  /** How long a run that is at work there is waited for, ms. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** Looks at a host between two runs. Throws LockedError when one is at work there, or has been at work during the look: what was seen may be half done. */
export async function betweenRuns(
  host: string,
  driver: HostDriver,
  patience: Patience,
  look: () => Promise<HostOutcome>,
): Promise<HostOutcome> {
  const before = await noRun(host, driver, patience, performance.now() + patience.waitMs);
  const seen = await look();
  if (seen.state !== "done" && seen.state !== "failed") return seen;
  const after = await lockOf(driver);
  if (!after.held && after.owner === before.owner) return seen;
  throw new LockedError(`${host} was worked on by ${after.owner || "a run"} while it was looked at`, {
    fix: "look again when that run has ended",
  });
}

async function noRun(host: string, driver: HostDriver, patience: Patience, giveUpAt: number): Promise<Lock> {
  const lock = await lockOf(driver);
  if (!lock.held) return lock;
  if (performance.now() + PAUSE_MS > giveUpAt)
    throw new LockedError(`${host} is locked by ${lock.owner || "another run"}`, {
      fix: "look again when that run has ended, or wait for it: --wait 600",
    });
  await sleep(PAUSE_MS, undefined, { signal: patience.signal });
  return noRun(host, driver, patience, giveUpAt);
}

async function lockOf(driver: HostDriver): Promise<Lock> {
  const answers: Answers = await readAgain(driver, [runAtWork]);
  const answer = answers.get(runAtWork.key);
  if (answer instanceof ProbeFailure) throw new TaskFailed(answer.failure);
  return answer as Lock;
}
