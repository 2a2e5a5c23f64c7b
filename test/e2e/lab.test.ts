import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import {
  hostUsage,
  killHost,
  type Lab,
  labDown,
  labPassword,
  labStatus,
  labUp,
  pauseNetwork,
  resetHost,
  resumeNetwork,
  runOnHost,
  sshArguments,
  startHost,
} from "../../runner/lab/lab.ts";
import { labNameHere, useLab } from "./lab-fixture.ts";
import { tracesOf } from "./lab-traces.ts";

const run = promisify(execFile);
const name = labNameHere("labtest");
const hosts = ["one", "two", "three"];
const soon = { timeout: 60_000, interval: 200 };

describe("a lab of three hosts", { timeout: 180_000 }, () => {
  const lab = useLab({ name: "labtest", hosts });
  const on = (host: string, command: string) => runOnHost(lab(), addressOf(lab(), host), command);

  test("boots whole systems, each with an address, a name and an identity of its own", async () => {
    const seen = hosts.map(async (host) => ({
      host,
      name: (await on(host, "hostname")).trim(),
      state: (await on(host, "systemctl is-system-running --wait")).trim(),
      machine: await on(host, "cat /etc/machine-id"),
    }));
    const answers = await Promise.all(seen);

    expect(answers.map(({ name, state }) => ({ name, state }))).toEqual(
      hosts.map((host) => ({ name: host, state: "running" })),
    );
    expect(new Set(answers.map(({ machine }) => machine)).size).toBe(hosts.length);
  });

  test("tells a host by its own key, and no other host by it", async () => {
    const keys = await readFile(lab().knownHostsFile, "utf8");
    const [first, second] = lab().hosts.map(({ address }) => keyOf(keys, address));

    expect(await on("one", "cat /etc/ssh/ssh_host_ed25519_key.pub")).toContain(first);
    expect(second).not.toBe(first);
  });

  test("installs packages with apt without any network", async () => {
    await on("one", "ip route delete default");
    await on("one", "apt-get install --yes --quiet tree");

    expect(await on("one", "tree --version")).toContain("tree v");
  });

  test("has a user with free sudo and a user who must give a password", async () => {
    expect(await as("admin", "sudo -n id -u")).toBe("0\n");
    await expect(as("operator", "sudo -n id -u")).rejects.toThrow("password is required");
    expect(await as("operator", `echo ${labPassword} | sudo -S id -u`)).toBe("0\n");
  });

  test("is left as it is by a second `up`", async () => {
    const before = await bootIds();
    const lines: string[] = [];
    const again = await labUp({ name, hosts, log: (line) => lines.push(line) });

    expect(again).toEqual(lab());
    expect(lines).toEqual([]);
    expect(await bootIds()).toEqual(before);
  });

  test("keeps what a host wrote through a power cut", async () => {
    await on("two", "echo kept >/root/note");
    await killHost(lab(), "two");
    expect(await statusOf("two")).toMatchObject({ running: false, answers: false });

    await startHost(lab(), "two");
    await expect.poll(() => statusOf("two"), soon).toMatchObject({ running: true, answers: true });
    expect(await on("two", "cat /root/note")).toBe("kept\n");
  });

  test("forgets what a host wrote on a reset, and keeps its key and address", async () => {
    await on("two", "touch /root/note");
    await resetHost(lab(), "two");

    expect(await on("two", "ls /root")).toBe("");
  });

  test("lets a host reboot itself", async () => {
    const before = await bootIds();
    // Where that takes a while, it is down before it has said how the command ended.
    await on("three", "(sleep 1; reboot) >/dev/null 2>&1 &").catch(() => undefined);

    await expect.poll(async () => (await bootIds())[2], soon).not.toBe(before[2]);
  });

  test("pulls a host's cable and puts it back", async () => {
    await pauseNetwork(lab(), "three");
    expect(await statusOf("three")).toMatchObject({ running: true, answers: false });

    await resumeNetwork(lab(), "three");
    await expect.poll(() => statusOf("three"), soon).toMatchObject({ answers: true });
  });

  test("accounts what a host uses", async () => {
    const { cpuSeconds, memoryBytes } = await hostUsage(lab(), "one");

    expect(cpuSeconds).toBeGreaterThan(0.1);
    expect(memoryBytes).toBeGreaterThan(1e6);
  });

  test("adds a host to those that run", async () => {
    const before = await bootIds();
    const more = await labUp({ name, hosts: [...hosts, "four"] });

    expect(await runOnHost(more, addressOf(more, "four"), "hostname")).toBe("four\n");
    expect(await bootIds()).toEqual(before);
  });

  test("leaves nothing behind, even when its records are lost", async () => {
    const directory = join(lab().directory, name);
    await rm(join(directory, "lab.json"));
    expect(await tracesOf(lab())).not.toEqual([]);

    await labDown({ name });
    expect(await tracesOf(lab())).toEqual([]);
  });

  const bootIds = () => Promise.all(hosts.map((host) => on(host, "cat /proc/sys/kernel/random/boot_id")));

  const as = async (user: string, command: string): Promise<string> => {
    const destination = `${user}@${addressOf(lab(), "one")}`;
    return (await run("ssh", [...sshArguments(lab(), destination), command])).stdout;
  };
});

const addressOf = (lab: Lab, host: string): string => lab.hosts.find((known) => known.name === host)?.address ?? host;

const keyOf = (knownHosts: string, address: string): string | undefined =>
  new RegExp(`^${address} (.+)$`, "m").exec(knownHosts)?.[1];

const statusOf = async (host: string) =>
  (await labStatus({ name }))?.hosts.find((candidate) => candidate.name === host);
