import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Lab, labInventory, runOnHost, sshArguments } from "../../../runner/lab/lab.ts";

const root = join(import.meta.dirname, "../../..");
/** Where the project is on the control machine, and what is started there as ts-play. */
export const FOLDER = "/srv/infra";
export const TS_PLAY = "node node_modules/ts-play/bin/ts-play.js";

/** Makes a lab host a control machine: Node, ts-play as it is built, and a project that keeps the other hosts; the key to them is at /root/key. */
export async function makeControlMachine(lab: Lab, name: string, kept: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ts-play-control-"));
  try {
    await writeProject(folder, lab, kept);
    const { address } = lab.hosts.find((host) => host.name === name)!;
    const target = `root@${address}`;
    const pack = execFileSync("tar", ["-C", folder, "-czf", "-", "."], { maxBuffer: 1 << 30 });
    const ssh = [...sshArguments(lab, target), `mkdir -p ${FOLDER} && tar -xzf - -C ${FOLDER}`];
    execFileSync("ssh", ssh, { input: pack });
    execFileSync("ssh", [...sshArguments(lab, target), "cat >/usr/bin/node && chmod 755 /usr/bin/node"], {
      input: await readFile(process.execPath),
      maxBuffer: 1 << 30,
    });
    execFileSync("ssh", [...sshArguments(lab, target), "umask 077; cat >/root/key"], {
      input: await readFile(lab.privateKeyFile),
    });
    await runOnHost(lab, address, "install -d -m 700 /etc/ts-play && cp /srv/infra/known_hosts /root/.ssh/known_hosts");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeProject(folder: string, lab: Lab, kept: readonly string[]): Promise<void> {
  const installed = join(folder, "node_modules/ts-play");
  for (const path of ["bin", "dist", "package.json"])
    await cp(join(root, path), join(installed, path), { recursive: true });
  const esbuild = dirname(
    execFileSync("node", ["-p", 'require.resolve("esbuild/package.json")'], { cwd: root }).toString(),
  );
  for (const name of ["esbuild", "@esbuild"])
    await cp(join(dirname(esbuild), name), join(folder, "node_modules", name), { recursive: true });
  await cp(join(import.meta.dirname, "../drift/kept.ts"), join(folder, "kept.ts"));
  await cp(lab.knownHostsFile, join(folder, "known_hosts"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  const inventory = labInventory(lab, { kept });
  const lines = inventory.split("\n").filter((line) => !/private_key_file|known_hosts_file/.test(line));
  await writeFile(join(folder, "hosts.yaml"), lines.join("\n"));
}
