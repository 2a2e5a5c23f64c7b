import type { RoleCall } from "ts-play";
import type { FakeHost, FakeRun } from "ts-play/testing";
import { temporaryFile } from "../../runner/define/command.ts";

const facts = {
  os: { family: "debian" },
  route: { interface: "eth0", gateway: "192.0.2.1" },
  interfaces: [],
  networks: {},
};

/** The steps of a run, each by its first line. */
export const firstLines = (run: FakeRun): readonly string[] =>
  run.steps.map((step) => step.split("\n")[0]!.replace(/^# /, ""));

/** The tasks that would change something. */
export async function changeNames(host: FakeHost, role: RoleCall): Promise<readonly string[]> {
  const { tasks } = await host.check(role);
  return tasks.filter(({ state }) => state === "changed").map(({ task }) => task.slice(task.indexOf("/") + 1));
}

/** The arguments of the task that writes a file. */
export function fileOf(role: RoleCall, path: string, known: object = {}, host = "lb1") {
  const tasks = role.tasks({ name: host, address: "192.0.2.11" }, { ...facts, ...known });
  const found = tasks.map(
    ({ args }) => args as { path?: string; content: string; validate?: (file: unknown) => unknown },
  );
  const args = found.find((candidate) => candidate.path === path);
  if (args === undefined) throw new Error(`no task writes ${path}`);
  return { content: args.content, validate: args.validate?.(temporaryFile) };
}
