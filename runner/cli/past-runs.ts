import { dirname } from "node:path";
import { InputError } from "../errors.ts";
import type { RunEvent } from "../report/event.ts";
import { readJournal, recordedRuns } from "../report/journal.ts";
import { endsOf } from "./recorded-runs.ts";
import { stateDirectory } from "./state-directory.ts";

/** The hosts that the last run of this playbook did not bring to its end. Throws InputError when there was no run. */
export const retryHosts = async (playbook: string): Promise<readonly string[]> => unfinished(await lastRun(playbook));

/** The hosts on which the last `ts-play exec` did not end well. Throws InputError when there was none. */
export async function retryOfExec(): Promise<readonly string[]> {
  return unfinished(await newest(process.cwd(), ({ mode }) => mode === "exec", "no command was run from here"));
}

function unfinished(events: readonly RunEvent[]): readonly string[] {
  const states = new Map<string, boolean>();
  for (const event of events) {
    if (event.type === "batch-start") for (const host of event.hosts) states.set(host, states.get(host) ?? false);
    if (event.type === "run-start" && event.mode === "exec")
      for (const host of event.plays.flatMap(({ hosts }) => hosts)) states.set(host, false);
    if (event.type === "host-end") states.set(event.host, event.state === "done");
  }
  return [...states].filter(([, done]) => !done).map(([host]) => host);
}

/** Which plays the last run of this playbook finished on which hosts. Throws InputError when it cannot be gone on with. */
export async function finishedPlays(playbook: string, hash: string, choiceHash: string): Promise<ReadonlySet<string>> {
  const events = await lastRun(playbook);
  const start = events.find((event) => event.type === "run-start");
  if (start?.playbookHash !== hash) throw noResume("the playbook has changed since");
  if (start.choiceHash !== choiceHash) throw noResume("the inventory, or the flags that choose tasks, are others now");
  if (start.mode !== "apply") throw noResume("the last run changed nothing, it was a check");
  return new Set(
    events.flatMap((event) =>
      event.type === "host-end" && event.state === "done" ? [playOnHost(event.play, event.host)] : [],
    ),
  );
}

/** The name under which a play on a host is remembered. */
export const playOnHost = (play: number, host: string): string => `${play} ${host}`;

const lastRun = (playbook: string): Promise<readonly RunEvent[]> =>
  newest(
    dirname(playbook),
    ({ playbookFile }) => playbookFile === playbook,
    "no run of this playbook is recorded here",
  );

type RunStart = Extract<RunEvent, { type: "run-start" }>;

/** The newest run that is meant; what else was done since does not hide it. Throws InputError with `otherwise`. */
async function newest(
  folder: string,
  isMeant: (start: RunStart) => boolean,
  otherwise: string,
): Promise<readonly RunEvent[]> {
  for (const { file } of recordedRuns(await stateDirectory(folder))) {
    const { first } = endsOf(file);
    if (first?.type === "run-start" && isMeant(first)) return readJournal(file);
  }
  throw noResume(otherwise);
}

const noResume = (why: string): InputError =>
  new InputError({
    code: "CLI010",
    message: `there is no run to go on with: ${why}`,
    fix: "run without --resume and @retry: what is done already is not done again",
  });
