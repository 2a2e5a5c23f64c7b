import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  killHost,
  labDown,
  labInventory,
  labStatus,
  labUp,
  pauseNetwork,
  resetHost,
  resumeNetwork,
  runOnHost,
  startHost,
} from "../../runner/lab/lab.ts";
import { useLab } from "./lab-fixture.ts";
import { tracesOf } from "./lab-traces.ts";
import { told } from "./operations/subject.ts";

const run = promisify(execFile);
const hosts = ["container", { name: "director", driver: "uml" }, { name: "real", driver: "uml" }] as const;
const servers = ["real", "container"];
const soon = { timeout: 60_000, interval: 200 };

describe("a lab of a container and two hosts with kernels of their own", { timeout: 180_000 }, () => {
  const lab = useLab({ name: "uml", hosts });
  let folder = "";
  let inventory = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "uml-"));
    inventory = join(folder, "hosts.yaml");
    await cp(join(import.meta.dirname, "uml"), folder, { recursive: true });
    await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
    await writeFile(inventory, labInventory(lab(), { kernels: ["real"] }));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const addressOf = (host: string): string => lab().hosts.find(({ name }) => name === host)?.address ?? host;
  const on = (host: string, command: string) => runOnHost(lab(), addressOf(host), command);
  const bootId = (host: string) => on(host, "cat /proc/sys/kernel/random/boot_id");
  const play = (...flags: readonly string[]) =>
    told(folder, ["site.ts", "-i", inventory, "--output", "json", ...flags]);
  const statusOf = async (host: string) =>
    (await labStatus({ name: lab().name }))?.hosts.find(({ name }) => name === host);

  test("boots whole systems, each on a kernel of its own", async () => {
    expect(await on("real", "systemctl is-system-running --wait; hostname")).toBe("running\nreal\n");
    const machine = (await run("uname", ["-r"])).stdout;
    expect(await on("container", "uname -r")).toBe(machine);
    expect(await on("real", "uname -r")).not.toBe(machine);
    expect(await on("real", "systemd-detect-virt; stat --file-system --format %T /sys/fs/cgroup")).toBe(
      "uml\ncgroup2fs\n",
    );
  });

  test("is one network", async () => {
    await on("container", `ping -c 1 -w 20 ${addressOf("real")}`);
    await on("real", `ping -c 1 -w 20 ${addressOf("director")} && ping -c 1 -w 20 ${addressOf("container")}`);
  });

  test("is left as it is by a second `up`, and refuses to run a host in another way", async () => {
    const before = await bootId("real");
    expect(await labUp({ name: lab().name, hosts })).toEqual(lab());
    expect(await bootId("real")).toBe(before);

    await expect(labUp({ name: lab().name, hosts: ["real"] })).rejects.toThrow(/LAB008.*Fix:/);
  });

  test("routes connections directly to real servers, which answer the client themselves", async () => {
    const virtual = lab().virtualAddress;
    const ready = servers.map((host) => on(host, serveScript(virtual, host)));
    await Promise.all([...ready, on("director", directScript(virtual, servers.map(addressOf)))]);

    const answers = await Promise.all(Array.from({ length: 6 }, () => get(`http://${virtual}/`)));
    expect([...new Set(answers)].toSorted()).toEqual(["container\n", "real\n"]);
    // Each one stays in the director's table for some time after its end.
    expect((await on("director", "ipvsadm -Lnc")).match(/^TCP /gm)).toHaveLength(6);
    // Large answers show packets that are too long, or checksums that are left to hardware that does not exist.
    const sizes = await Promise.all([1, 2].map(() => get(`http://${virtual}/large`)));
    expect(sizes.map(({ length }) => length)).toEqual([20_000_000, 20_000_000]);
  });

  test("a playbook loads modules with their options, and the settings that they bring", async () => {
    const plan = await play("--check");
    expect(plan.exitCode, plan.text).toBe(0);
    expect(await on("real", "lsmod")).not.toMatch(/^(?:dummy|br_netfilter|ip_vs_wlc) /m);

    const first = await play();
    expect(first.exitCode, first.text).toBe(0);
    expect(first.changed).toEqual(plan.changed);
    await expectModules();
    expect((await play()).changed).toEqual([]);
  });

  test("a playbook restarts a host for real, which comes back at its address with its modules", async () => {
    const before = await bootId("real");
    await on("real", "touch /run/reboot-wanted");

    const restart = await play();
    expect(restart.exitCode, restart.text).toBe(0);
    expect(restart.changed).toEqual(["kernel/reboot a flag asks for it"]);
    expect(await bootId("real")).not.toBe(before);
    await expectModules();
    expect((await play()).changed).toEqual([]);
  });

  test("keeps the time", async () => {
    const started = Date.now();
    const seen = Number(await on("real", "date +%s%3N"));

    expect(seen).toBeGreaterThan(started - 1000);
    expect(seen).toBeLessThan(Date.now() + 1000);
  });

  test("keeps what was synced through a power cut", async () => {
    await on(
      "real",
      "echo kept >/root/note; sync /root/note; (while :; do echo more >>/root/noise; done) &>/dev/null &",
    );
    await killHost(lab(), "real");
    expect(await statusOf("real")).toMatchObject({ running: false, answers: false });

    await startHost(lab(), "real");
    expect(await on("real", "cat /root/note; systemctl is-system-running")).toBe("kept\nrunning\n");
  });

  test("pulls a host's cable and puts it back", async () => {
    await pauseNetwork(lab(), "real");
    expect(await statusOf("real")).toMatchObject({ running: true, answers: false });

    await resumeNetwork(lab(), "real");
    await expect.poll(() => statusOf("real"), soon).toMatchObject({ answers: true });
  });

  test("is off when it has powered itself off", async () => {
    // Where that takes a while, it is off before it has said how the command ended.
    await on("real", "(sleep 1; systemctl poweroff) >/dev/null 2>&1 &").catch(() => undefined);

    await expect.poll(() => statusOf("real"), soon).toMatchObject({ running: false });
    const log = await readFile(join(lab().directory, lab().name, "hosts/real/log"), "utf8");
    expect(log).toContain("reboot: System halted");
  });

  test("forgets what a host wrote on a reset, and keeps its key and address", async () => {
    await resetHost(lab(), "real");

    expect(await on("real", "ls /root; hostname")).toBe("real\n");
  });

  test("leaves nothing behind, even in the middle of a boot and with its records lost", async () => {
    await killHost(lab(), "real");
    const boot = startHost(lab(), "real").catch((error: Error) => error.message);
    await expect.poll(() => statusOf("real"), soon).toMatchObject({ running: true });
    await rm(join(lab().directory, lab().name, "lab.json"));
    expect(await tracesOf(lab())).not.toEqual([]);

    await labDown({ name: lab().name });
    expect(await boot).toContain("real did not come up");
    expect(await tracesOf(lab())).toEqual([]);
  });

  async function expectModules(): Promise<void> {
    const modules = await on("real", "lsmod");
    for (const name of ["dummy", "br_netfilter", "ip_vs_wlc"]) expect(modules).toMatch(new RegExp(`^${name} `, "m"));
    expect(await on("real", "ls -d /sys/class/net/dummy*")).toBe("/sys/class/net/dummy0\n/sys/class/net/dummy1\n");
    expect(await on("real", "sysctl -n net.bridge.bridge-nf-call-iptables")).toBe("0\n");
  }
});

const get = async (url: string): Promise<string> =>
  (await run("curl", ["--silent", "--show-error", "--max-time", "100", url], { maxBuffer: 1e9, encoding: "latin1" }))
    .stdout;

/** The virtual address is on the loopback, and never told to others; ip-sysctl: arp_ignore, arp_announce. */
const serveScript = (virtual: string, host: string): string => `
apt-get install --yes --quiet nginx-light
echo ${host} >/var/www/html/index.html
head -c 20000000 /dev/urandom >/var/www/html/large
sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
ip address add ${virtual}/32 dev lo`;

const directScript = (virtual: string, servers: readonly string[]): string => `
apt-get install --yes --quiet ipvsadm
ip address add ${virtual}/32 dev host0
ipvsadm --add-service --tcp-service ${virtual}:80 --scheduler rr
${servers.map((address) => `ipvsadm --add-server --tcp-service ${virtual}:80 --real-server ${address} --gatewaying`).join("\n")}`;
