import { whatChanged } from "../document/differences.ts";
import type { RunDocument, TaskDocument } from "../document/run-document.ts";

/** Something that is not as the playbook says; without a task it is a host that could not be read to its end. */
export interface Found {
  readonly host: string;
  readonly task: string;
  readonly role: string;
  readonly what: string;
  readonly follows?: string | undefined;
}

/** Names a finding over all checks. */
export const findingKey = ({ host, task }: Pick<Found, "host" | "task">): string => `${host} ${task}`;

export const isUnread = ({ task }: Pick<Found, "task">): boolean => task === "";

/** What a check found: tasks that differ, and hosts of which it cannot say everything. */
export const findingsOf = (document: RunDocument): readonly Found[] => {
  const found = document.hosts.flatMap((host) => [...unreadHost(host), ...drifted(host)]);
  return [...new Map(found.map((one) => [findingKey(one), one])).values()];
};

type Host = RunDocument["hosts"][number];

function unreadHost({ name, state, tasks, plays }: Host): readonly Found[] {
  if (state === "done") return [];
  const failure =
    tasks.find((task) => task.failure !== undefined)?.failure ?? plays.find((play) => play.failure)?.failure;
  return [{ host: name, task: "", role: "", what: failure?.message ?? `the host is ${state}` }];
}

function drifted({ name, tasks }: Host): readonly Found[] {
  const changed = tasks.filter(({ state }) => state === "changed");
  const always = new Set(changed.filter(runsAlways).map(({ task }) => task));
  return changed
    .filter((task) => !always.has(task.task) && !(isReaction(task) && always.has(causeOf(task))))
    .map((task) => ({
      host: name,
      task: task.task,
      role: task.role,
      what: whatChanged(task),
      ...(isReaction(task) ? { follows: task.reason } : {}),
    }));
}

/** A command that says why it runs each time is no drift: see `always` of the operation `command`. */
const runsAlways = ({ changes }: TaskDocument): boolean =>
  changes.length > 0 && changes.every(({ attribute }) => attribute === "always");

const REACTS = /^reacts to (?!a change of an earlier run)/;

const isReaction = ({ reason }: TaskDocument): boolean => reason !== undefined && REACTS.test(reason);

/** The id of the task that a reaction names; both are of one role. */
const causeOf = ({ role, reason = "" }: TaskDocument): string => `${role}/${reason.replace(REACTS, "")}`;
