import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { arch, availableParallelism, networkInterfaces, totalmem } from "node:os";
import { describe, expect, test } from "vitest";
import { architecture } from "../../runner/probes/architecture.ts";
import { bootId } from "../../runner/probes/boot-id.ts";
import { cpus } from "../../runner/probes/cpus.ts";
import { defaultRoute } from "../../runner/probes/default-route.ts";
import { hostName } from "../../runner/probes/host-name.ts";
import { interfaces } from "../../runner/probes/interfaces.ts";
import { listeningPorts } from "../../runner/probes/listening-ports.ts";
import { memory } from "../../runner/probes/memory.ts";
import { osRelease } from "../../runner/probes/os-release.ts";
import { packageManager } from "../../runner/probes/package-manager.ts";
import { portHolders } from "../../runner/probes/port-holders.ts";
import { askHere, SHELLS } from "./ask-here.ts";

const said = (stdout: string) => ({ stdout, stderr: "", exitCode: 0 });
const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8");

describe.each(SHELLS)("asked by %s", (shell) => {
  test("this machine tells what the operating system tells Node", async () => {
    expect(askHere([architecture()], shell)[0]?.name).toBe(arch() === "x64" ? "amd64" : arch());
    expect(askHere([memory()], shell)[0]?.totalBytes).toBe(totalmem());
    expect(askHere([cpus()], shell)[0]).toBeGreaterThanOrEqual(availableParallelism());
    expect(askHere([bootId()], shell)).toEqual([readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()]);
    expect(askHere([hostName()], shell)[0]?.live).toBe(readFileSync("/proc/sys/kernel/hostname", "utf8").trim());
    expect(askHere([packageManager()], shell)).toEqual(["apt"]);
    expect(askHere([osRelease()], shell)[0]).toMatchObject({ id: "debian", family: "debian" });
  });

  test("every address of an interface is found", () => {
    const found = askHere([interfaces()], shell)[0]!;
    const lo = networkInterfaces().lo!.map(({ address }) => address);

    expect(found.find(({ name }) => name === "lo")?.addresses.map(({ address }) => address)).toEqual(lo);
  });

  test("a port that is listened on is seen, on IPv4 and on IPv6", async () => {
    const servers = [await listen("127.0.0.1"), await listen("::1")];
    const ports = askHere([listeningPorts()], shell)[0]!;

    expect(ports).toEqual(
      expect.arrayContaining(servers.map(({ port, address }) => ({ protocol: "tcp", address, port }))),
    );
    for (const { server } of servers) server.close();
  });

  test("who holds a port is seen, on IPv4, on IPv6 and on both", async () => {
    const servers = [await listen("127.0.0.1"), await listen("::1"), await listen("::")];
    const holders = askHere([portHolders()], shell)[0]!;

    for (const { server, port, address } of servers) {
      const found = holders.find((one) => one.port === port);
      expect(found).toEqual({
        address: address === "::" ? "*" : address,
        port,
        processes: [expect.stringMatching(/node|Worker|Main/i)],
      });
      server.close();
    }
  });
});

async function listen(address: string) {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, address, ready));
  return { server, address, port: (server.address() as { port: number }).port };
}

test("the default route is the one with the lowest metric that is up", () => {
  const answer = defaultRoute().kind.parse(said(fixture("default-route/two-routes.txt")), [undefined as never]);

  expect(answer).toEqual([{ interface: "eth1", gateway: "192.0.2.1" }]);
});

test("a host without a default route has none", () => {
  const [header] = fixture("default-route/two-routes.txt").split("\n");

  expect(defaultRoute().kind.parse(said(`${header}\n`), [undefined as never])).toEqual([undefined]);
});

test("addresses are read from BusyBox's text form too", () => {
  expect(interfaces().kind.parse(said(fixture("interfaces/busybox.txt")), [undefined as never])[0]).toEqual([
    { name: "lo", mac: undefined, addresses: expect.arrayContaining([{ address: "127.0.0.1", prefix: 8, family: 4 }]) },
    {
      name: "eth0",
      mac: undefined,
      addresses: expect.arrayContaining([{ address: "192.0.2.2", prefix: 24, family: 4 }]),
    },
  ]);
});

test.each([
  ['ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n', { id: "rocky", version: "9.4", family: "redhat" }],
  [
    "ID=ubuntu\nID_LIKE=debian\nVERSION_ID='24.04'\nVERSION_CODENAME=noble\n",
    { version: "24.04", codename: "noble", family: "debian" },
  ],
  ["ID=alpine\nVERSION_ID=3.20.0\n", { id: "alpine", family: "other", codename: "" }],
  ["ID=arch\n", { id: "arch", version: "" }],
])("%j is a distribution", (text, release) => {
  expect(osRelease().kind.parse(said(text), [undefined as never])[0]).toMatchObject(release);
});

test("of holders nothing is left out: scopes, many processes, hosts without ss, sockets of which nobody tells", () => {
  const ask = (stdout: string) => portHolders().kind.parse(said(stdout), [undefined as never])[0];

  expect(ask(fixture("port-holders/ss.txt"))).toEqual([
    { address: "0.0.0.0", port: 80, processes: ["nginx"] },
    { address: "127.0.0.53", port: 53, processes: ["systemd-resolve"] },
    { address: "*", port: 6443, processes: ["kube-apiserver"] },
    { address: "::1", port: 631, processes: undefined },
  ]);
  expect(ask(fixture("port-holders/proc.txt"))).toEqual([
    { address: "0.0.0.0", port: 22, processes: undefined },
    { address: "*", port: 80, processes: undefined },
  ]);
  expect(() =>
    portHolders().kind.parse({ stdout: "", stderr: "no netlink", exitCode: 1 }, [undefined as never]),
  ).toThrow(/no netlink/);
});
