import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type Lab, labInventory, runOnHost } from "../../../runner/lab/lab.ts";
import type { RunEvent } from "../../../runner/report/event.ts";

const root = join(import.meta.dirname, "../../..");

export interface Outcome {
  readonly exitCode: number;
  readonly events: readonly RunEvent[];
  readonly text: string;
}

/** The tasks that changed something, each with its host. */
export const changed = ({ events }: Outcome): readonly string[] =>
  events
    .flatMap((event) => (event.type === "task-end" && event.state === "changed" ? [`${event.host} ${event.task}`] : []))
    .sort();

/** A lab's hosts, what is run on them, and who holds their address. */
export function useProject(lab: () => Lab, hosts: readonly string[]) {
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "keepalived-"));
    const text = labInventory(lab(), { balancers: hosts }, { virtual_ip: lab().virtualAddress });
    await writeFile(join(folder, "hosts.yaml"), text);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const on = (host: string, command: string): Promise<string> =>
    runOnHost(lab(), lab().hosts.find(({ name }) => name === host)!.address, command);

  const play = (more: object, ...flags: readonly string[]): Promise<Outcome> => {
    const given = [...(Object.keys(more).length > 0 ? ["-e", JSON.stringify(more)] : []), ...flags];
    const args = ["bin/ts-play.js", "test/e2e/keepalived/vip.ts", "-i", join(folder, "hosts.yaml")];
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [...args, "--output", "json", ...given],
        { cwd: root, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          const events = stdout.split("\n").filter(Boolean);
          resolve({
            exitCode: typeof error?.code === "number" ? error.code : 0,
            events: events.map((line) => JSON.parse(line) as RunEvent),
            text: stdout + stderr,
          });
        },
      );
    });
  };

  const holders = async (): Promise<readonly string[]> => {
    const held = await Promise.all(hosts.map((host) => on(host, `ip -o address show to ${lab().virtualAddress}`)));
    return hosts.filter((_, at) => held[at] !== "");
  };

  return { on, play, holders };
}
