import { afterAll, beforeAll, expect, test } from "vitest";
import { killHost, startHost } from "../../runner/lab/lab.ts";
import { useLab } from "../e2e/lab-fixture.ts";
import { ApiClient } from "./api-client.ts";
import { KubeProject } from "./project.ts";

const MASTERS = ["cp1", "cp2", "cp3"];
const DIRECTORS = ["dir1", "dir2"];
const MAX_GAP_MS = 10_000;
const lab = useLab({
  name: "kubelvs",
  hosts: [...DIRECTORS.map((name) => ({ name, driver: "uml" as const })), ...MASTERS, "w1"],
  privileged: true,
});
let project: KubeProject;

beforeAll(async () => {
  project = await KubeProject.create(lab());
  await project.configure(
    { masters: MASTERS, balancers: DIRECTORS, workers: ["w1"] },
    { kube_balancer: "lvs", virtual_ip: lab().virtualAddress },
  );
});
afterAll(() => project.remove());

const tableOf = (director: string) => project.on(director, "ipvsadm -Ln");
const entryOf = (master: string) => `-> ${project.addressOf(master)}:6443`;
const holders = async () => {
  const seen = await Promise.all(
    DIRECTORS.map(async (host) => [host, await project.on(host, `ip -o address show to ${lab().virtualAddress}`)]),
  );
  return seen.filter(([, text]) => text !== "").map(([host]) => host);
};

/** What a client that lists nodes misses while something happens. */
async function missedDuring(title: string, happens: () => Promise<unknown>): Promise<void> {
  const client = new ApiClient(await project.access("cp2", lab().virtualAddress));
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await happens();
  await new Promise((resolve) => setTimeout(resolve, 15_000));
  const { longestGapMs, answers, failures } = await client.stop();
  process.stdout.write(
    `${title}: the API was missed for ${longestGapMs} ms (${answers} answers, ${failures} failures)\n`,
  );
  expect(longestGapMs).toBeLessThan(MAX_GAP_MS);
}

test("three control planes behind two LVS directors, and a worker, come from bare hosts by one command", async () => {
  const run = await project.play("site.ts");
  expect(run.exitCode, run.why).toBe(0);
  const verify = await project.play("kubernetes-verify.ts");
  expect(verify.exitCode, verify.why).toBe(0);
  expect(await holders()).toEqual(["dir1"]);
  for (const director of DIRECTORS)
    for (const master of MASTERS) expect(await tableOf(director)).toMatch(new RegExp(`${entryOf(master)} +Route +1 `));
});

test("a second run changes nothing", async () => {
  const run = await project.play("site.ts");
  expect(run.exitCode, run.why).toBe(0);
  expect(run.changed).toEqual([]);
});

test("the directors see packets go in and none come out", async () => {
  const address = `${lab().virtualAddress}:6443`;
  const stats = await project.on("dir1", "ipvsadm -Ln --stats --exact");
  const [, connections, packetsIn, packetsOut] = new RegExp(`${address} +(\\d+) +(\\d+) +(\\d+)`).exec(stats) ?? [];
  expect(Number(connections)).toBeGreaterThan(0);
  expect(Number(packetsIn)).toBeGreaterThan(Number(connections));
  expect(Number(packetsOut)).toBe(0);
});

test("a director without power is replaced, and comes back", async () => {
  await missedDuring("a dead director", () => killHost(lab(), "dir1"));
  expect(await project.on("dir2", `ip -o address show to ${lab().virtualAddress}`)).not.toBe("");
  await missedDuring("a director that comes back", async () => {
    await startHost(lab(), "dir1");
    await expect.poll(holders, { timeout: 120_000 }).toEqual(["dir1"]);
  });
});

test("an apiserver that ends leaves the table, and comes back", async () => {
  const manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";
  await missedDuring("a dead apiserver", async () => {
    await project.on("cp1", `mv ${manifest} /root/`);
    await expect.poll(() => tableOf("dir1"), { timeout: 120_000 }).not.toContain(entryOf("cp1"));
  });
  await project.on("cp1", `mv /root/kube-apiserver.yaml ${manifest}`);
  await expect.poll(() => tableOf("dir1"), { timeout: 120_000 }).toContain(entryOf("cp1"));
});

test("a control plane leaves with the address that it had for the directors", async () => {
  const run = await project.play("kubernetes-remove.ts", ["-e", JSON.stringify({ kube_remove: ["cp3"] })]);
  expect(run.exitCode, run.why).toBe(0);
  expect(await project.on("cp3", "ip -4 -o address show dev lo")).not.toContain(lab().virtualAddress);
  expect(await tableOf("dir1")).not.toContain(entryOf("cp3"));
});
