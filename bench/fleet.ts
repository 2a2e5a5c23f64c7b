import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../runner/lab/lab.ts";
import { made } from "./folders.ts";
import { renderer } from "./render.ts";
import { batchedScript, naiveScript } from "./workload/shell-script.ts";
import type { BenchHost } from "./workload/spec.ts";

/** One host as the contestants reach it; far ones are reached at a proxy's address. */
export interface FleetHost extends BenchHost {
  readonly address: string;
  readonly port: number;
}

/** Hosts of one scenario, with the inventories and scripts that the contestants take. */
export interface Fleet {
  readonly name: string;
  readonly hosts: readonly FleetHost[];
  readonly folder: string;
  readonly lab: Lab;
  readonly knownHostsFile: string;
}

const roles = ["web", "db", "cache", "queue"];

/** The first hosts of a lab at their own addresses. */
export const nearHosts = (lab: Lab, count: number): readonly FleetHost[] =>
  lab.hosts.slice(0, count).map(({ name, address }, index) => ({
    ...{ address, port: 22, bench_name: name, bench_ip: address },
    ...{ bench_id: index + 1, bench_role: roles[index % roles.length]! },
  }));

/** Writes all that the contestants need to reach these hosts, before any clock runs. */
export function makeFleet(lab: Lab, name: string, hosts: readonly FleetHost[]): Fleet {
  const folder = join(made, name);
  mkdirSync(folder, { recursive: true });
  const fleet = { name, hosts, folder, lab, knownHostsFile: join(folder, "known_hosts") };
  writeFileSync(fleet.knownHostsFile, knownHosts(fleet));
  writeFileSync(join(folder, "hosts.yaml"), yamlInventory(fleet));
  writeFileSync(join(folder, "inventory.py"), pyinfraInventory(fleet));
  const render = renderer();
  for (const host of hosts) {
    writeFileSync(join(folder, `${host.bench_name}.ssh-naive.sh`), naiveScript(host, render));
    writeFileSync(join(folder, `${host.bench_name}.ssh-batched.sh`), batchedScript(host, render));
  }
  return fleet;
}

/** Each host's key under the address at which it is reached here. */
function knownHosts({ lab, hosts }: Fleet): string {
  const keys = new Map(
    readFileSync(lab.knownHostsFile, "utf8")
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]),
  );
  return hosts
    .map(({ address, port, bench_ip }) => `${port === 22 ? address : `[${address}]:${port}`} ${keys.get(bench_ip)}\n`)
    .join("");
}

/** One inventory for ts-play and Ansible; JSON, which is YAML too. */
function yamlInventory({ lab, knownHostsFile, hosts }: Fleet): string {
  const vars = {
    ansible_user: "root",
    ansible_ssh_private_key_file: lab.privateKeyFile,
    known_hosts_file: knownHostsFile,
  };
  const entries = hosts.map(({ address, port, ...host }) => [
    host.bench_name,
    { ansible_host: address, ansible_port: port, ...host },
  ]);
  const children = { servers: { hosts: Object.fromEntries(entries) } };
  return JSON.stringify({ all: { vars, children } }, undefined, 2);
}

function pyinfraInventory({ lab, knownHostsFile, hosts }: Fleet): string {
  const entries = hosts.map(({ address, port, ...host }) => [
    host.bench_name,
    {
      ...{ ssh_hostname: address, ssh_port: port, ssh_user: "root", ssh_key: lab.privateKeyFile },
      ...{ ssh_known_hosts_file: knownHostsFile, ssh_strict_host_key_checking: "yes", ...host },
    },
  ]);
  // Text and numbers are written in Python as in JSON; a host is a pair.
  return `servers = [tuple(host) for host in ${JSON.stringify(entries, undefined, 2)}]\n`;
}
