import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { runOnHost } from "../../runner/lab/lab.ts";
import { useLab } from "./lab-fixture.ts";

const run = promisify(execFile);
const director = "director";
const servers = ["real", "container"];

describe("a lab of a container and two hosts with kernels of their own", { timeout: 180_000 }, () => {
  const lab = useLab({
    name: "uml",
    hosts: ["container", { name: director, driver: "uml" }, { name: "real", driver: "uml" }],
  });
  const addressOf = (host: string): string => lab().hosts.find(({ name }) => name === host)?.address ?? host;
  const on = (host: string, command: string) => runOnHost(lab(), addressOf(host), command);

  test("boots whole systems, each on a kernel of its own", async () => {
    expect(await on("real", "systemctl is-system-running --wait; hostname")).toBe("running\nreal\n");
    const [own, other, machine] = await Promise.all([
      on("real", "uname -r"),
      on("container", "uname -r"),
      run("uname", ["-r"]).then(({ stdout }) => stdout),
    ]);
    expect(other).toBe(machine);
    expect(own).not.toBe(machine);
  });

  test("are on one network", async () => {
    await on("container", `ping -c 1 -W 2 ${addressOf("real")}`);
    await on("real", `ping -c 1 -W 2 ${addressOf(director)} && ping -c 1 -W 2 ${addressOf("container")}`);
  });

  test("loads modules", async () => {
    await on(director, "modprobe -a ip_vs ip_vs_wlc ip_vs_rr dummy br_netfilter overlay");

    expect(await on(director, "lsmod")).toMatch(/^ip_vs_wlc /m);
  });

  test("routes connections directly to real servers, which answer the client themselves", async () => {
    const virtual = lab().virtualAddress;
    const ready = servers.map((host) => on(host, serveScript(virtual, host)));
    await Promise.all([...ready, on(director, directScript(virtual, servers.map(addressOf)))]);

    const answers = await Promise.all(Array.from({ length: 6 }, () => get(`http://${virtual}/`)));
    expect([...new Set(answers)].toSorted()).toEqual(["container\n", "real\n"]);
    expect(await on(director, "ipvsadm -Ln --stats")).toMatch(new RegExp(`${virtual}:80\\s+6\\s`));
    // Large answers show packets that are too long, or checksums that are left to hardware that does not exist.
    expect((await get(`http://${virtual}/large`)).length).toBe(20_000_000);
  });
});

const get = async (url: string): Promise<string> =>
  (await run("curl", ["--silent", "--show-error", "--max-time", "20", url], { maxBuffer: 1e9, encoding: "latin1" }))
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
