/** From nothing to a load-balanced virtual IP that survives the loss of its holder: boots three hosts, builds, builds again, breaks. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const HOSTS = ["lb1", "lb2", "lb3"];
const DEADLINE_MS = 30_000;
const program = fileURLToPath(new URL("../bin/ts-play.js", import.meta.url));

async function main() {
  step("Packages that the lab needs on this machine", "sh", ["scripts/machine.sh"]);
  step("Build", process.execPath, ["scripts/build.js"]);
  play("Boot three Debian hosts (the first time this makes their image, about a minute)", "lab", "up");
  play("Build: web servers, load balancers, a virtual IP", "playbooks/web.ts", "-i", "inventory/lab.yaml");
  play("Once more: nothing is left to change", "playbooks/web.ts", "-i", "inventory/lab.yaml");
  await failover();
  play("Repair: only what is broken, only there", "playbooks/web.ts", "-i", "inventory/lab.yaml", "--role", "haproxy");
  say("Look around:   npx ts-play lab ssh lb1\nTake it down:  npx ts-play lab down");
}

async function failover() {
  const [address] = /(?<=virtual_ip: ")[^"]+/.exec(readFileSync("inventory/lab.yaml", "utf8"));
  const first = await holder(address);
  say(`http://${address}/ answers "${await answer(address)}"; the address is on ${first}. Stopping haproxy there:`);
  const stoppedAt = Date.now();
  onHost(first, "systemctl stop haproxy");
  const [second, said] = await moved(address, first);
  const seconds = ((Date.now() - stoppedAt) / 1000).toFixed(1);
  process.stdout.write(`after ${seconds} s the address is on ${second}, and http://${address}/ answers "${said}"\n`);
}

/** Who has the address when it has left a host and answers again, and what it answers. */
async function moved(address, from) {
  for (const deadline = Date.now() + DEADLINE_MS; Date.now() < deadline; ) {
    const now = await holder(address);
    const said = now && now !== from && (await answer(address));
    if (said) return [now, said];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the virtual IP did not settle within ${DEADLINE_MS / 1000} s`);
}

const holder = async (address) =>
  HOSTS.find((host) => onHost(host, "ip -4 -oneline address show").includes(` ${address}/`));

const onHost = (host, command) =>
  execFileSync(process.execPath, [program, "lab", "ssh", host, command], { encoding: "utf8" });

async function answer(address) {
  // A connection that is kept would lead to the host that has lost the address.
  const headers = { connection: "close" };
  const response = await fetch(`http://${address}/`, { headers, signal: AbortSignal.timeout(2000) }).catch(
    () => undefined,
  );
  return (await response?.text())?.trim();
}

function play(title, ...args) {
  step(title, process.execPath, [program, ...args], `ts-play ${args.join(" ")}`);
}

function step(title, command, args, shown = [command.replace(process.execPath, "node"), ...args].join(" ")) {
  say(`${title}\n$ ${shown}`);
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

function say(text) {
  process.stdout.write(`\n── ${text}\n`);
}

await main();
