import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { labInventory, runOnHost } from "../../../runner/lab/lab.ts";
import { useLab } from "../lab-fixture.ts";
import { runProgram } from "../run-program.ts";

export const DIRECTORS = ["lvsd1", "lvsd2"];
export const REAL_SERVERS = ["lvsr1", "lvsr2", "lvsr3"];
const CLIENT = "lvsc1";

export const groups = { directors: DIRECTORS, real_servers: REAL_SERVERS, clients: [CLIENT] };

/** The hosts of playbooks/lvs.ts, with what the tests run and see there. */
export function useSite() {
  const lab = useLab({
    name: "lvs",
    hosts: [...DIRECTORS.map((name) => ({ name, driver: "uml" as const })), ...REAL_SERVERS, CLIENT],
  });
  let folder = "";
  let inventory = "";

  const vip = (): string => lab().virtualAddress;
  const addressOf = (host: string): string => lab().hosts.find(({ name }) => name === host)!.address;
  const on = (host: string, command: string): Promise<string> => runOnHost(lab(), addressOf(host), command);
  const tableOf = (director: string): Promise<string> => on(director, "ipvsadm -Ln");

  async function inventoryOf(name: string, groups: Readonly<Record<string, readonly string[]>>): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, labInventory(lab(), groups, { virtual_ip: vip() }));
    return file;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lvs-"));
    inventory = await inventoryOf("hosts.yaml", groups);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const play = (playbook: string, ...flags: readonly string[]) =>
    runProgram(`playbooks/${playbook}`, ...(flags.includes("-i") ? [] : ["-i", inventory]), ...flags);

  const drill = (name: string, ...flags: readonly string[]) =>
    runProgram("drill", `playbooks/drills/lvs/${name}.ts`, "-i", inventory, "--no-type-check", ...flags);

  async function holders(): Promise<readonly string[]> {
    const texts = await Promise.all(DIRECTORS.map((host) => on(host, `ip -o address show to ${vip()}`)));
    return DIRECTORS.filter((_, at) => texts[at] !== "");
  }

  /** What the service's table has counted so far, on all directors: the address may have moved. */
  async function counted() {
    const texts = await Promise.all(DIRECTORS.map((host) => on(host, "ipvsadm -Ln --stats --exact")));
    const rows = texts.map((text) => new RegExp(`^TCP +${vip()}:80 +(\\d+) +(\\d+) +(\\d+)`, "m").exec(text) ?? []);
    const sum = (column: number) => rows.reduce((total, row) => total + Number(row[column]), 0);
    return { connections: sum(1), inPackets: sum(2), outPackets: sum(3) };
  }

  /** What the client gets, asked so many times over connections of their own. */
  async function answers(times: number): Promise<readonly string[]> {
    const text = await on(CLIENT, `for i in $(seq ${times}); do curl -s --max-time 20 http://${vip()}/; done`);
    return text.trim().split("\n");
  }

  const held = (by: string) => expect.poll(holders, { timeout: 60_000 }).toEqual([by]);

  /** Each director has every real server in its table, which it takes up one by one after checks of its own, and the first holds the address. */
  async function whole(): Promise<void> {
    const missing = async () => {
      const tables = await Promise.all(DIRECTORS.map(tableOf));
      return REAL_SERVERS.filter((host) => !tables.every((table) => table.includes(`-> ${addressOf(host)}:80 `)));
    };
    await expect.poll(missing, { timeout: 60_000 }).toEqual([]);
    await held("lvsd1");
  }

  return { lab, vip, addressOf, on, tableOf, inventoryOf, play, drill, holders, held, whole, counted, answers };
}
