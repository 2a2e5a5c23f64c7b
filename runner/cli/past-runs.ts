import { dirname } from "node:path";
import { InputError } from "../errors.ts";
import type { RunEvent } from "../report/event.ts";
import { latestRun, readJournal } from "../report/journal.ts";
import { stateDirectory } from "./state-directory.ts";

/** The hosts that the last run of this playbook did not bring to its end. Throws InputError when there was no run. */
export async function retryHosts(playbook: string): Promise<readonly string[]> {
  const events = await lastRun(playbook);
  const states = new Map<string, boolean>();
  for (const event of events) {
    if (event.type === "batch-start") for (const host of event.hosts) states.set(host, states.get(host) ?? false);
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

async function lastRun(playbook: string): Promise<readonly RunEvent[]> {
  const file = latestRun(await stateDirectory(dirname(playbook)));
  const events = file === undefined ? [] : readJournal(file);
  const start = events.find((event) => event.type === "run-start");
  if (start?.playbookFile !== playbook) throw noResume("the last run here was not one of this playbook");
  return events;
}

const noResume = (why: string): InputError =>
  new InputError({
    code: "CLI010",
    message: `there is no run to go on with: ${why}`,
    fix: "run without --resume and @retry: what is done already is not done again",
  });
