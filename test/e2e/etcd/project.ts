import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { thisMachine } from "../../../runner/cli/control-machine.ts";
import type { CertificateRequest } from "../../../runner/define/certificate-authority.ts";
import { reveal, secret } from "../../../runner/define/secret.ts";
import { RefBoard } from "../../../runner/engine/ref-board.ts";
import { certificateAuthority } from "../../../runner/index.ts";
import { type Lab, labInventory, runOnHost } from "../../../runner/lab/lab.ts";
import type { RunEvent } from "../../../runner/report/event.ts";
import { exitCodeOf } from "../run-program.ts";
import type { ClientTls } from "./writer.ts";

/** Hosts of each group. */
export type Groups = Readonly<Record<string, readonly string[]>>;

export interface RunOptions {
  readonly passphrase?: string;
  readonly killAt?: RegExp;
}

/** Exit code of a run that was killed. */
export const KILLED = 137;

const root = join(import.meta.dirname, "../../..");
const PASSPHRASE = "a passphrase of the lab";
const PATIENCE = { timeout: 60_000, interval: 250 };

/** What became of a run. */
export interface Outcome {
  readonly exitCode: number;
  readonly events: readonly RunEvent[];
  readonly text: string;
  /** What has failed, and what stood on standard error. */
  readonly why: string;
}

/** `host task` of all that has changed, sorted. */
export const changed = ({ events }: Outcome): readonly string[] => inOrder({ events }).toSorted();

/** `host task` of all that has changed, as it happened. */
export const inOrder = ({ events }: Pick<Outcome, "events">): readonly string[] =>
  events.flatMap((event) =>
    event.type === "task-end" && event.state === "changed" ? [`${event.host} ${event.task}`] : [],
  );

const failures = (events: readonly RunEvent[]): readonly string[] =>
  events.flatMap((event) =>
    event.type === "host-end" && event.failure ? [`${event.host}: ${JSON.stringify(event.failure)}`] : [],
  );

/** A folder with an inventory of a lab's hosts, and the authority that runs from there make. */
export class EtcdProject {
  readonly folder: string;
  readonly #lab: Lab;

  private constructor(folder: string, lab: Lab) {
    this.folder = folder;
    this.#lab = lab;
  }

  static async create(lab: Lab): Promise<EtcdProject> {
    const project = new EtcdProject(await mkdtemp(join(tmpdir(), "etcd-")), lab);
    await project.configure({});
    return project;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** Writes the inventory with these variables; by default all hosts of the lab are members. */
  configure(vars: Readonly<Record<string, string>>, groups?: Groups): Promise<void> {
    const all = groups ?? { etcd: this.#lab.hosts.map(({ name }) => name) };
    return writeFile(join(this.folder, "hosts.yaml"), labInventory(this.#lab, all, vars));
  }

  /** Runs the playbook that builds; by default with the passphrase. */
  play(flags: readonly string[] = [], passphrase = PASSPHRASE): Promise<Outcome> {
    return this.tsPlay(["playbooks/etcd.ts", ...flags], passphrase);
  }

  /** Runs a playbook; with `killAt` it is killed as soon as its output says that. */
  run(playbook: string, flags: readonly string[] = [], options: RunOptions = {}): Promise<Outcome> {
    const { passphrase = PASSPHRASE, killAt } = options;
    const killer = new AbortController();
    let heard = "";
    return this.tsPlay([`playbooks/${playbook}`, ...flags], passphrase, killer.signal, (text) => {
      heard += text;
      if (killAt?.test(heard)) killer.abort();
    });
  }

  /** Runs any command of ts-play; a playbook, or `drill` and a drill. Aborting the signal kills it, with no time to tidy up. */
  tsPlay(
    words: readonly string[],
    passphrase = PASSPHRASE,
    signal?: AbortSignal,
    hear?: (text: string) => void,
  ): Promise<Outcome> {
    const files = words.map((word) => (/^playbooks\/.*\.ts$/.test(word) ? join(root, word) : word));
    const args = [join(root, "bin/ts-play.js"), ...files, "-i", "hosts.yaml", "--output", "json"];
    const options = { cwd: this.folder, env: { ...process.env, ETCD_CA_PASSPHRASE: passphrase }, maxBuffer: 1 << 26 };
    return new Promise((resolve) => {
      const child = execFile(process.execPath, args, options, (error, stdout, stderr) => {
        const lines = stdout.split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"));
        const exitCode = signal?.aborted ? KILLED : exitCodeOf(error);
        const events = lines.map((line) => JSON.parse(line) as RunEvent);
        resolve({ exitCode, events, text: stdout + stderr, why: failures(events).join("\n") + stderr });
      });
      // By hand: execFile would send TERM, which a run obeys in its own time, and would not wait for its end.
      signal?.addEventListener("abort", () => child.kill("SIGKILL"));
      child.stdout?.on("data", (chunk) => hear?.(String(chunk)));
    });
  }

  /** Waits until no host holds the lock of a run any more: one that was killed has it until its hosts have noticed. */
  async unlocked(): Promise<void> {
    const isFree = "[ ! -e /run/ts-play.lock ] || flock -n /run/ts-play.lock true";
    await Promise.all(this.#lab.hosts.map(({ name }) => vi.waitFor(() => this.on(name, isFree), PATIENCE)));
  }

  /** Lets a host get no further than to where it gives etcdctl these words, until that is called which this answers. */
  async holdBack(host: string, words: string): Promise<() => Promise<unknown>> {
    const path = "/usr/local/bin/etcdctl";
    const script = `#!/bin/sh\ncase "$*" in *"${words}"*) exec sleep 4321 ;; esac\nexec /usr/bin/etcdctl "$@"\n`;
    await this.on(host, `echo ${Buffer.from(script).toString("base64")} | base64 -d >${path}; chmod 755 ${path}`);
    return () => this.on(host, `rm ${path}`);
  }

  /** Waits until these members see a majority: without the one that led there is none for a moment. */
  async healthy(...hosts: readonly string[]): Promise<void> {
    await Promise.all(hosts.map((host) => vi.waitFor(() => this.etcdctl(host, "endpoint health"), PATIENCE)));
  }

  /** The host that leads, as soon as all members of the cluster say the same. */
  leader(): Promise<string> {
    return vi.waitFor(async () => {
      const status = await this.etcdctl("etcd1", "endpoint status --cluster -w fields");
      const said = new Set([...status.matchAll(/"Leader" : (\d+)/g)].map(([, id]) => BigInt(id!).toString(16)));
      const list = await this.etcdctl("etcd1", "member list");
      const led = list
        .split("\n")
        .map((line) => line.split(", "))
        .find(([id]) => said.has(id!));
      if (said.size !== 1 || led === undefined) throw new Error(`no one leader: ${status}`);
      return led[2]!;
    }, PATIENCE);
  }

  on(host: string, command: string): Promise<string> {
    return runOnHost(this.#lab, this.addressOf(host), command);
  }

  /** etcdctl on a host, as the host's own client. */
  etcdctl(host: string, command: string): Promise<string> {
    const pki = "/etc/etcd/pki";
    const client = `ETCDCTL_API=3 ETCDCTL_CACERT=${pki}/ca.crt ETCDCTL_CERT=${pki}/client.crt ETCDCTL_KEY=${pki}/client.key`;
    return this.on(host, `${client} etcdctl --endpoints https://127.0.0.1:2379 ${command}`);
  }

  addressOf(host: string): string {
    const found = this.#lab.hosts.find(({ name }) => name === host);
    if (found === undefined) throw new Error(`the lab has no host ${host}`);
    return found.address;
  }

  get endpoints(): readonly string[] {
    return this.#lab.hosts.map(({ address }) => `https://${address}:2379`);
  }

  /** The cluster's own authority. */
  get authority() {
    return this.authorityIn("pki/etcd");
  }

  /** Another authority of the same name. */
  get stranger() {
    return this.authorityIn("stranger");
  }

  authorityIn(folder: string) {
    return certificateAuthority({ name: "etcd-ca", folder: join(this.folder, folder), passphrase: secret(PASSPHRASE) });
  }

  /** A certificate and its key in PEM from an authority, the cluster's own by default. */
  async issue(
    request: Partial<CertificateRequest>,
    authority = this.authority,
  ): Promise<{ cert: string; key: string }> {
    const usual = { profile: "client", commonName: "test", organizations: [], names: [], addresses: [] } as const;
    const terms = { key: "ecdsa-p256", lifetimeDays: 1, renewBeforeDays: 0 } as const;
    const board = new RefBoard(() => Promise.reject(new Error("no host is asked")), thisMachine);
    const { certificate, key } = await board.value(authority.issue({ ...usual, ...terms, ...request }));
    return { cert: certificate, key: reveal(key) };
  }

  async client(): Promise<ClientTls> {
    const ca = await readFile(join(this.folder, "pki/etcd/ca.crt"), "utf8");
    return { ca, ...(await this.issue({})) };
  }
}
