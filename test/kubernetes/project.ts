import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Lab, runOnHost } from "../../runner/lab/lab.ts";
import type { RunEvent } from "../../runner/report/event.ts";
import { exitCodeOf } from "../e2e/run-program.ts";
import { type Access, accessIn } from "./api-client.ts";
import { BUNDLE } from "./bundle.ts";

/** Exit code that a run has which was killed. */
export const KILLED = 137;

const root = join(import.meta.dirname, "../..");

/** What hosts of the lab are that others are not: containers on control groups of version 1, whose kernel has all modules built in. */
const LAB_VARS = {
  kube_source: { kind: "bundle", folder: BUNDLE },
  kube_modules: [],
  kube_cgroup_driver: "cgroupfs",
  kube_restrict_oom_score: true,
  kube_proxy_mode: "nftables",
  kube_network: { kind: "flannel", nftables: true, pluginImage: "ts-play.local/flannel-cni-plugin:0.9.1" },
  kube_probe_image: "ts-play.local/probe:1",
  kube_kubelet: {
    failCgroupV1: false,
    evictionHard: { "memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
    imageGCHighThresholdPercent: 100,
  },
  kube_proxy: { conntrack: { maxPerCore: 0 } },
};

export interface Outcome {
  readonly exitCode: number;
  /** `host task` of all that has changed, as it happened. */
  readonly changed: readonly string[];
  /** Titles of the plays. */
  readonly titles: readonly string[];
  /** What has failed, and what stood on standard error. */
  readonly why: string;
}

/** A folder with an inventory for a cluster on the hosts of a lab. */
export class KubeProject {
  readonly folder: string;
  readonly lab: Lab;

  private constructor(folder: string, lab: Lab) {
    this.folder = folder;
    this.lab = lab;
  }

  static async create(lab: Lab): Promise<KubeProject> {
    return new KubeProject(await mkdtemp(join(tmpdir(), "kubernetes-")), lab);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** Writes the inventory: JSON, which is YAML as well. `hosts` has variables of single hosts. */
  configure(
    groups: Readonly<Record<string, readonly string[]>>,
    vars: object = {},
    hosts: Readonly<Record<string, object>> = {},
  ): Promise<void> {
    const { privateKeyFile, knownHostsFile } = this.lab;
    const access = {
      ansible_user: "root",
      ansible_ssh_private_key_file: privateKeyFile,
      known_hosts_file: knownHostsFile,
    };
    const children = Object.entries(groups).map(([group, names]) => [
      group,
      {
        hosts: Object.fromEntries(names.map((name) => [name, { ansible_host: this.addressOf(name), ...hosts[name] }])),
      },
    ]);
    const all = { vars: { ...access, ...LAB_VARS, ...vars }, children: Object.fromEntries(children) };
    return writeFile(join(this.folder, "hosts.yaml"), JSON.stringify({ all }, undefined, 2));
  }

  /** Runs one of the playbooks; it is killed when the signal says so. */
  play(playbook: string, flags: readonly string[] = [], signal?: AbortSignal): Promise<Outcome> {
    const file = join(root, "playbooks", playbook);
    const args = [join(root, "bin/ts-play.js"), file, "-i", "hosts.yaml", "--output", "json", ...flags];
    const env = { ...process.env, ETCD_CA_PASSPHRASE: "a passphrase of the lab" };
    return new Promise((resolve) => {
      const options = { cwd: this.folder, env, maxBuffer: 1 << 28 };
      const child = execFile(process.execPath, args, options, (error, stdout, stderr) => {
        // The last line of a run that was killed may be cut.
        const lines = stdout.split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"));
        const events = lines.map((line) => JSON.parse(line) as RunEvent);
        const exitCode = signal?.aborted ? KILLED : exitCodeOf(error);
        const titles = events.flatMap((event) => (event.type === "play-start" ? [event.title] : []));
        resolve({ exitCode, titles, changed: changedIn(events), why: failuresIn(events) + stderr });
      });
      // By hand: execFile would send TERM, which a run obeys in its own time, and would not wait for its end.
      signal?.addEventListener("abort", () => child.kill("SIGKILL"));
    });
  }

  /** Runs one of the playbooks until a task has changed its host, then kills the run. False when it ended before. */
  async killAfter(playbook: string, task: string): Promise<boolean> {
    const file = join(root, "playbooks", playbook);
    const args = [join(root, "bin/ts-play.js"), file, "-i", "hosts.yaml", "--output", "json"];
    const env = { ...process.env, ETCD_CA_PASSPHRASE: "a passphrase of the lab" };
    const run = spawn(process.execPath, args, { cwd: this.folder, env, stdio: ["ignore", "pipe", "ignore"] });
    return killedAfter(run, task);
  }

  on(host: string, command: string): Promise<string> {
    return runOnHost(this.lab, this.addressOf(host), command);
  }

  kubectl(master: string, command: string): Promise<string> {
    return this.on(master, `KUBECONFIG=/etc/kubernetes/admin.conf kubectl ${command}`);
  }

  /** As the administrator, through the endpoint. */
  async access(master: string, address: string): Promise<Access> {
    return accessIn(await this.on(master, "cat /etc/kubernetes/admin.conf"), address);
  }

  addressOf(host: string): string {
    const found = this.lab.hosts.find(({ name }) => name === host);
    if (found === undefined) throw new Error(`the lab has no host ${host}`);
    return found.address;
  }
}

function killedAfter(run: ChildProcess, task: string): Promise<boolean> {
  let said = "";
  run.stdout!.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    const lines = said.split("\n");
    said = lines.pop()!;
    const events = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as RunEvent);
    if (changedIn(events).some((line) => line.endsWith(task))) run.kill("SIGKILL");
  });
  return new Promise((resolve) => run.on("close", (_, signal) => resolve(signal === "SIGKILL")));
}

const changedIn = (events: readonly RunEvent[]): readonly string[] =>
  events.flatMap((event) =>
    event.type === "task-end" && event.state === "changed" ? [`${event.host} ${event.task}`] : [],
  );

const failuresIn = (events: readonly RunEvent[]): string =>
  events
    .map((event) =>
      event.type === "host-end" && event.failure ? `${event.host}: ${JSON.stringify(event.failure)}\n` : "",
    )
    .join("");
