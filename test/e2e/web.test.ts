import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { labInventory, runOnHost } from "../../runner/lab/lab.ts";
import { useLab } from "./lab-fixture.ts";
import { changed, exitCodeOf, runProgram } from "./run-program.ts";
import { startWatch } from "./watch-service.ts";

const HOSTS = ["site1", "site2", "site3"];
const root = join(import.meta.dirname, "../..");
const lab = useLab({ name: "site", hosts: HOSTS });

let folder = "";
let inventory = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "site-"));
  inventory = join(folder, "hosts.yaml");
  await writeFile(
    inventory,
    labInventory(lab(), { loadbalancers: HOSTS, backends: HOSTS }, { virtual_ip: lab().virtualAddress }),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const play = (...flags: readonly string[]) => runProgram("playbooks/web.ts", "-i", inventory, ...flags);

const on = (host: string, command: string): Promise<string> => {
  const { address } = lab().hosts.find(({ name }) => name === host)!;
  return runOnHost(lab(), address, command);
};

async function holders(): Promise<readonly string[]> {
  const lists = await Promise.all(
    HOSTS.map(async (host) => [host, await on(host, "ip -4 -oneline address show")] as const),
  );
  return lists.filter(([, text]) => text.includes(` ${lab().virtualAddress}/`)).map(([host]) => host);
}

const soon = { timeout: 60_000 };
const url = () => `http://${lab().virtualAddress}/`;

/** Who answers. Throws when nobody does. */
async function answer(): Promise<string> {
  // A connection that is kept would always meet the same web server.
  const response = await fetch(url(), { signal: AbortSignal.timeout(5000), headers: { connection: "close" } });
  expect(response.status).toBe(200);
  return (await response.text()).trim();
}

/** Longest time without an answer, ms, while haproxy ends on this host and until the address answers on another one. */
async function outage(from: string): Promise<number> {
  const watch = startWatch(url());
  await on(from, "systemctl stop haproxy");
  await expect.poll(async () => (await holders()).includes(from), soon).toBe(false);
  await expect.poll(answer, soon).toMatch(/^site\d$/);
  return (await watch.stop()).longestGapMs;
}

test("an address outside the network is refused before any host is changed", async () => {
  const run = await play("-e", "virtual_ip=203.0.113.9");
  expect(run.exitCode).toBe(3);
  expect(changed(run)).toEqual([]);
  expect(run.text).toContain("203.0.113.9 is in no network of host0, so nobody would find it there");
});

test("a check of bare hosts names exactly what the run then does, in few round trips", async () => {
  const plan = await play("--check");
  expect(plan.exitCode, plan.text).toBe(0);
  const run = await play();
  expect(run.exitCode, run.text).toBe(0);
  expect(changed(run)).toEqual(changed(plan));
  expect(changed(run)).toHaveLength(42);
});

test("the second run changes nothing, with one round trip a host and play beside the facts", async () => {
  const second = await play();
  expect(second.exitCode).toBe(0);
  expect(changed(second)).toEqual([]);
  const trips = second.events.flatMap((event) =>
    event.type === "host-end" && event.play === 3 ? [event.roundTrips] : [],
  );
  expect(trips).toEqual([5, 5, 5]);
});

test("the service answers on the virtual IP, from every web server, and one host holds the address", async () => {
  // The first has the highest priority, and takes the address some seconds after it was built last.
  await expect.poll(holders, soon).toEqual(["site1"]);
  const answers = new Set<string>();
  await expect.poll(async () => [...answers.add(await answer())].sort(), soon).toEqual(HOSTS);
});

test("haproxy stopped on the holder: the address moves, and one role repairs just that host", async () => {
  const [holder] = await holders();
  expect(await outage(holder!)).toBeLessThan(5000);
  const repair = await play("--role", "haproxy", "--limit", holder!);
  expect(changed(repair)).toEqual([`${holder} haproxy/service haproxy.service`]);
});

test("drift by hand is named, and repaired by a reload without losing the address", async () => {
  await on(
    "site2",
    "echo '# by hand' >>/etc/haproxy/haproxy.cfg; chmod 666 /etc/haproxy/haproxy.cfg; echo '# unseen' >>/etc/keepalived/keepalived.conf",
  );
  const plan = await play("--check", "--diff");
  expect(changed(plan)).toEqual([
    "site2 haproxy/service haproxy.service",
    "site2 haproxy/template /etc/haproxy/haproxy.cfg",
    "site2 keepalived/service keepalived.service",
    "site2 keepalived/template /etc/keepalived/keepalived.conf",
  ]);
  expect(plan.text).toContain("-# by hand");
  // Others may not read this file, so nobody is shown what was in it.
  expect(plan.text).toContain("-***");
  expect(plan.text).not.toContain("unseen");
  expect(changed(await play())).toEqual(changed(plan));
  expect(changed(await play())).toEqual([]);
});

test("a saved plan is applied as it is, and refused once the hosts have changed", async () => {
  const file = join(folder, "plan.json");
  const run = (...args: readonly string[]) =>
    new Promise<number>((resolve) => {
      execFile(process.execPath, ["bin/ts-play.js", ...args], { cwd: root }, (error) => resolve(exitCodeOf(error)));
    });
  await expect.poll(holders, soon).toEqual(["site1"]);
  await on("site1", "systemctl stop nginx");
  expect(await run("plan", "playbooks/web.ts", "-i", inventory, "-o", file, "--exit-code")).toBe(2);
  await on("site1", "rm /etc/nginx/nginx.conf");
  expect(await run("apply", file)).toBe(6);
  expect(await on("site1", "systemctl is-active nginx || true")).toContain("inactive");
  expect(await run("plan", "playbooks/web.ts", "-i", inventory, "-o", file)).toBe(0);
  expect(await run("apply", file)).toBe(0);
  expect(await on("site1", "systemctl is-active nginx")).toContain("active");
  expect(changed(await play())).toEqual([]);
});
