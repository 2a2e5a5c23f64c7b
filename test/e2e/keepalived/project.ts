import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type Lab, labInventory, runOnHost } from "../../../runner/lab/lab.ts";
import { runProgram } from "../run-program.ts";

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

  const play = (more: object, ...flags: readonly string[]) => {
    const given = Object.keys(more).length > 0 ? ["-e", JSON.stringify(more)] : [];
    return runProgram("test/e2e/keepalived/vip.ts", "-i", join(folder, "hosts.yaml"), ...given, ...flags);
  };

  const holders = async (): Promise<readonly string[]> => {
    const held = await Promise.all(hosts.map((host) => on(host, `ip -o address show to ${lab().virtualAddress}`)));
    return hosts.filter((_, at) => held[at] !== "");
  };

  return { on, play, holders };
}
