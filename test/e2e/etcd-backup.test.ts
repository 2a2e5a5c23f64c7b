import { existsSync } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { runOnHost } from "../../runner/lab/lab.ts";
import type { DrillResult } from "../../runner/report/drill-event.ts";
import { changed, EtcdProject, inOrder, type Outcome } from "./etcd/project.ts";
import { Writer } from "./etcd/writer.ts";
import { useLab } from "./lab-fixture.ts";

const HOSTS = ["etcd1", "etcd2", "etcd3"];
const lab = useLab({ name: "etcb", hosts: HOSTS });
let project: EtcdProject;

/** Data on a filesystem of its own, which can be filled without harm; nft, to cut a host off. */
const PREPARE =
  "mkdir -p /var/lib/etcd; mount -t tmpfs -o size=400m,mode=0700 tmpfs /var/lib/etcd; apt-get install --yes nftables >/dev/null 2>&1";

beforeAll(async () => {
  await Promise.all(lab().hosts.map(({ address }) => runOnHost(lab(), address, PREPARE)));
  project = await EtcdProject.create(lab());
  const built = await project.play();
  expect(built.exitCode, built.why).toBe(0);
  // Enough for several pieces of a transfer: 24 MiB, and 101 keys beside it.
  await project.etcdctl("etcd1", "put /first 1 >/dev/null; head -c 1048576 /dev/urandom >/tmp/mib");
  await project.on(
    "etcd1",
    `${loop("24", "etcdctl put /big/$i </tmp/mib")}; ${loop("100", "etcdctl put /small/$i $i")}`,
  );
});
afterAll(() => project.remove());

/** Runs etcdctl for each number, as the host's own client. */
const loop = (count: string, command: string) =>
  `export ETCDCTL_API=3 ETCDCTL_CACERT=/etc/etcd/pki/ca.crt ETCDCTL_CERT=/etc/etcd/pki/client.crt ETCDCTL_KEY=/etc/etcd/pki/client.key ETCDCTL_ENDPOINTS=https://127.0.0.1:2379; for i in $(seq ${count}); do ${command} >/dev/null || exit 1; done`;

const folder = () => join(project.folder, "backups/etcd");
const files = async () => (existsSync(folder()) ? (await readdir(folder())).sort() : []);
const manifests = async () => {
  const names = (await files()).filter((name) => name.endsWith(".json") && !name.startsWith("restoring"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder(), name), "utf8")));
  return texts.map((text) => JSON.parse(text) as Record<string, unknown>);
};
const backUp = (flags: readonly string[] = ["-e", "etcd_backup_every_minutes=0"], signal?: AbortSignal) =>
  project.tsPlay(["playbooks/etcd-backup.ts", ...flags], "", signal);
const restore = (flags: readonly string[], signal?: AbortSignal) =>
  project.tsPlay(["playbooks/etcd-restore.ts", ...flags], "", signal);

/** What a backup or its rehearsal could leave on a host. */
const leftovers = async () =>
  (
    await Promise.all(
      HOSTS.map((host) =>
        project.on(
          host,
          "ls -d /var/lib/etcd-backup /var/lib/etcd-restore 2>/dev/null; pgrep -af '[n]ame scratch' || true",
        ),
      ),
    )
  ).join("");

const keys = async (host: string): Promise<number> => {
  const answer = await project.etcdctl(host, "get '' --from-key --limit 1 --keys-only -w json");
  return Number(/"count":(\d+)/.exec(answer)?.[1] ?? 0);
};
const healthy = async () =>
  (await project.etcdctl("etcd1", "endpoint health --cluster 2>&1 || true")).match(/is healthy/g)?.length ?? 0;

/** A member that was started has joined, but a busy machine may keep it from an answer in time. */
const allHealthy = () => expect.poll(healthy, { timeout: 60_000 }).toBe(3);

const refused = (run: Outcome, ...because: readonly RegExp[]) => {
  expect(run.exitCode, run.why).toBe(3);
  for (const reason of because) expect(run.why).toMatch(reason);
};

describe("a backup", () => {
  test("is taken from a follower, rehearsed, and brought to the control machine for its owner alone", async () => {
    const run = await backUp([]);
    expect(run.exitCode, run.why).toBe(0);
    const [host] = inOrder(run).map((task) => task.split(" ")[0]);
    expect(host).not.toBe(await project.leader());
    const [told, ...others] = await manifests();
    expect(others).toEqual([]);
    expect(told).toMatchObject({
      cluster: "etcd",
      member: host,
      verified: true,
      reason: "",
      keys: "125",
      etcdVersion: "3.4.23",
    });
    expect(await keys("etcd1")).toBe(125);
    for (const file of await files()) expect((await stat(join(folder(), file))).mode & 0o777, file).toBe(0o600);
    expect((await stat(folder())).mode & 0o777).toBe(0o700);
    expect(await leftovers()).toBe("");
  });

  test("is not taken again while a verified one is young, and needs no passphrase", async () => {
    const run = await backUp([]);
    expect(run.exitCode, run.why).toBe(0);
    expect(changed(run)).toEqual([]);
  });

  test("whose snapshot was damaged on its way is none", async () => {
    const before = await files();
    // An etcdctl that lets a byte of each snapshot fall over, on every host.
    const wrapper = `#!/bin/sh
/usr/bin/etcdctl "$@" || exit
case "$*" in *"snapshot save"*) printf X | dd of=/var/lib/etcd-backup/etcd.db bs=1 seek=8192 conv=notrunc 2>/dev/null ;; esac
`;
    const encoded = Buffer.from(wrapper).toString("base64");
    const path = "/usr/local/bin/etcdctl";
    await Promise.all(HOSTS.map((host) => project.on(host, `echo ${encoded} | base64 -d >${path}; chmod 755 ${path}`)));
    const run = await backUp().finally(() => Promise.all(HOSTS.map((host) => project.on(host, `rm ${path}`))));
    refused(run, /the snapshot is not what its own hash says/);
    expect(await files()).toEqual(before);
  });

  test("that cannot be rehearsed is kept as not verified, and the run has failed", async () => {
    const urls = (port: number) => `http://127.0.0.1:${port}`;
    const etcd = `etcd --data-dir /run/hold --listen-client-urls ${urls(23790)} --advertise-client-urls ${urls(23790)} --listen-peer-urls ${urls(23792)}`;
    const holder = `systemd-run --quiet --collect --unit hold-port --property Type=notify ${etcd}`;
    await Promise.all(HOSTS.map((host) => project.on(host, holder)));
    const run = await backUp().finally(() =>
      Promise.all(HOSTS.map((host) => project.on(host, "systemctl stop hold-port; rm -rf /run/hold"))),
    );
    refused(run, /kept as not verified: a member does not start from it: .*address already in use/);
    expect((await manifests()).map(({ verified }) => verified)).toEqual([true, false]);
    expect(await leftovers()).toBe("");
  });

  test("that a killed run has brought in part counts as none, and goes with the next", async () => {
    const before = await manifests();
    // A dd that never sends the third piece of a snapshot, on every host.
    const script = `#!/bin/sh
case "$*" in "if=/var/lib/etcd-backup/etcd.db "*" skip=2 "*) exec sleep 4321 ;; esac
exec /usr/bin/dd "$@"
`;
    const encoded = Buffer.from(script).toString("base64");
    const path = "/usr/local/bin/dd";
    await Promise.all(HOSTS.map((host) => project.on(host, `echo ${encoded} | base64 -d >${path}; chmod 755 ${path}`)));
    const kill = new AbortController();
    const run = backUp(undefined, kill.signal);
    await expect
      .poll(async () => (await files()).some((name) => name.endsWith(".part")), { timeout: 120_000 })
      .toBe(true);
    kill.abort();
    await run;
    await project.unlocked();
    await Promise.all(HOSTS.map((host) => project.on(host, `rm ${path}`)));
    expect(await manifests()).toEqual(before);
    expect((await files()).some((name) => name.endsWith(".part"))).toBe(true);
    const next = await backUp(["-e", "etcd_backup_every_minutes=0", "-e", "etcd_backup_keep=1"]);
    expect(next.exitCode, next.why).toBe(0);
    expect(await files()).toHaveLength(2);
    expect(await manifests()).toMatchObject([{ verified: true, keys: "125" }]);
    expect(await leftovers()).toBe("");
  });

  test("is taken while a member is down, from one that is up", async () => {
    const leads = await project.leader();
    const [down] = HOSTS.filter((host) => host !== leads);
    await project.on(down!, "systemctl stop etcd");
    const run = await backUp();
    expect(run.exitCode, run.why).toBe(0);
    expect(inOrder(run)[0]).not.toContain(down!);
    await project.on(down!, "systemctl start etcd");
    await allHealthy();
  });
});

describe("a look at all of it", () => {
  const verify = (...flags: readonly string[]) =>
    project.tsPlay(["playbooks/etcd-verify.ts", "-e", "etcd_max_sync_ms=10000", ...flags], "");
  const usual = (host: string) => ({
    profile: "peer" as const,
    commonName: host,
    names: [host, "localhost"],
    addresses: [project.addressOf(host), "127.0.0.1", "::1"],
    lifetimeDays: 365,
  });
  const lay = async (host: string, name: string, { cert, key }: { cert: string; key: string }) => {
    const encoded = (text: string) => Buffer.from(text).toString("base64");
    const at = `/etc/etcd/pki/${name}`;
    await project.on(host, `echo ${encoded(cert)} | base64 -d >${at}.crt; echo ${encoded(key)} | base64 -d >${at}.key`);
  };
  /** The certificates that the role itself keeps are left where they are, and come back. */
  const kept = async (host: string, name: string) => {
    const at = `/etc/etcd/pki/${name}`;
    await project.on(host, `cp -p ${at}.crt /root/${name}.crt; cp -p ${at}.key /root/${name}.key`);
    return () => project.on(host, `cp -p /root/${name}.crt ${at}.crt; cp -p /root/${name}.key ${at}.key`);
  };

  test("finds nothing where all is well, and changes nothing", async () => {
    const run = await verify();
    expect(run.exitCode, run.why).toBe(0);
    expect(changed(run)).toEqual([]);
  });

  test("finds certificates that have expired, name another address, or come from another authority", async () => {
    const back = await Promise.all([kept("etcd1", "server"), kept("etcd2", "peer"), kept("etcd3", "client")]);
    // The shortest certificate lasts a day, so it is made on a machine whose clock is two days slow.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 2 * 86_400_000 });
    const expired = await project.issue({ ...usual("etcd1"), lifetimeDays: 1 }).finally(() => vi.useRealTimers());
    await lay("etcd1", "server", expired);
    await lay("etcd2", "peer", await project.issue({ ...usual("etcd2"), addresses: ["10.9.9.9", "127.0.0.1", "::1"] }));
    await lay("etcd3", "client", await project.issue({ commonName: "etcd-operator-etcd3" }, project.stranger));
    const run = await verify();
    await Promise.all(back.map((restored) => restored()));
    await allHealthy();
    refused(
      run,
      /etcd1: .*server\.crt: validity is expired on 20/,
      /etcd2: .*peer\.crt: address \S+ is missing, not named/,
      /etcd2: .*peer\.crt: address 10\.9\.9\.9 is named, not not named/,
      /etcd3: .*client\.crt: issuer is another authority/,
    );
    expect((await verify()).exitCode).toBe(0);
  });

  test("finds a member that is down, a slow disk, and backups that are too old or damaged", async () => {
    refused(await verify("-e", "etcd_max_sync_ms=0.001"), /its disk is slow: since its start one sync in a hundred/);
    refused(
      await verify("-e", "etcd_max_backup_hours=0.0001"),
      /the newest verified backup, etcd-\S+, is \d+ hours old/,
    );
    const newest = join(folder(), (await files()).findLast((name) => name.endsWith(".db"))!);
    const bytes = await readFile(newest);
    await writeFile(newest, Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]));
    const damaged = await verify();
    await writeFile(newest, bytes);
    refused(damaged, /is damaged: its SHA-256 is not the one in its manifest/);

    await project.on("etcd2", "systemctl stop etcd");
    await project.healthy("etcd1", "etcd3");
    const run = await verify();
    await project.on("etcd2", "systemctl start etcd");
    await allHealthy();
    refused(
      run,
      /etcd2: .*etcd does not run: its unit is inactive/,
      /etcd1: .*etcd2 does not answer, or sees no majority/,
    );
  });
});

describe("a restore", () => {
  const nothingDone = async (run: Outcome) => {
    expect(changed(run)).toEqual([]);
    expect(existsSync(join(folder(), "restoring-etcd.json"))).toBe(false);
    await allHealthy();
  };

  test("wants to be confirmed, and refuses while a healthy cluster answers", async () => {
    for (const [flags, because] of [
      [[], /was not confirmed/],
      [["-e", "restore=another"], /was not confirmed/],
      [["-e", "restore=etcd"], /a healthy cluster answers \(etcd/],
      [
        ["-e", "restore=etcd", "-e", "restore_backup=etcd-20200101T000000Z"],
        /holds no backup etcd-20200101T000000Z, but etcd-/,
      ],
    ] as const) {
      const run = await restore(flags);
      refused(run, because);
      await nothingDone(run);
    }
  });

  test("from a damaged file is refused before anything is stopped", async () => {
    const newest = join(folder(), (await files()).findLast((name) => name.endsWith(".db"))!);
    const bytes = await readFile(newest);
    const damaged = Buffer.from(bytes);
    damaged[100_000] = damaged[100_000]! ^ 1;
    await writeFile(newest, damaged);
    const run = await restore(["-e", "restore=etcd", "-e", "restore_force=true"]);
    await writeFile(newest, bytes);
    refused(run, /is damaged: its SHA-256 is not the one in its manifest/);
    await nothingDone(run);
  });

  /** Killed, and of two hosts everything lost: one keeps its programs, the other does not. */
  async function loseAll(): Promise<void> {
    await Promise.all(HOSTS.map((host) => project.on(host, "systemctl kill --signal=KILL etcd; systemctl stop etcd")));
    await project.on("etcd1", "rm -rf /var/lib/etcd/member /var/lib/etcd/joined");
    await project.on(
      "etcd2",
      "apt-get purge --yes etcd-server etcd-client >/dev/null 2>&1; rm -rf /var/lib/etcd/* /etc/etcd /etc/systemd/system/etcd.service; systemctl daemon-reload; ! command -v etcd",
    );
  }

  const confirmed = ["-e", "restore=etcd"];
  const restoreWithKey = (signal?: AbortSignal) =>
    project.tsPlay(["playbooks/etcd-restore.ts", ...confirmed], undefined, signal);

  test("brings a whole lost cluster back, also when it is killed in the middle; a client loses what came after the backup", async ({
    annotate,
  }) => {
    const identity = async () => (await project.etcdctl("etcd1", "member list")).trim().split("\n").sort();
    const before = await identity();
    const writer = new Writer(project.endpoints, await project.client());
    const writes = () => writer.count;
    await expect.poll(writes, { timeout: 60_000 }).toBeGreaterThan(0);
    const backedUp = await backUp();
    expect(backedUp.exitCode, backedUp.why).toBe(0);
    await expect.poll(writes, { timeout: 60_000 }).toBeGreaterThan(writer.count + 5);
    await loseAll();

    const kill = new AbortController();
    const first = restoreWithKey(kill.signal);
    const hasBegun = () => existsSync(join(folder(), "restoring-etcd.json"));
    await expect.poll(hasBegun, { timeout: 120_000, interval: 2 }).toBe(true);
    kill.abort();
    await first;
    await project.unlocked();
    const { token } = JSON.parse(await readFile(join(folder(), "restoring-etcd.json"), "utf8")) as { token: string };

    const run = await restoreWithKey();
    expect(run.exitCode, run.why).toBe(0);
    expect(hasBegun()).toBe(false);
    const { acknowledged, lost, longestGapMs } = await writer.stop();
    const [{ keys: restored = "" } = {}] = (await manifests()).slice(-1);
    const ofBackup = Number(restored) - 125;
    // Nothing of what the backup holds is lost, and nothing that came after the restore: what is lost stands in one piece between.
    expect(ofBackup).toBeGreaterThan(0);
    expect(lost).toEqual(acknowledged.slice(ofBackup, ofBackup + lost.length));
    expect(lost.length).toBeGreaterThan(0);
    expect(ofBackup + lost.length).toBeLessThan(acknowledged.length);
    const counted = 125 + acknowledged.length - lost.length;
    expect(await Promise.all(HOSTS.map(keys))).toEqual([counted, counted, counted]);
    await annotate(
      `${acknowledged.length} writes acknowledged, ${lost.length} after the backup lost, gap ${(longestGapMs / 1000).toFixed(1)} s`,
    );

    await allHealthy();
    for (const host of HOSTS) expect((await project.on(host, "cat /var/lib/etcd/restored")).trim()).toBe(token);
    expect((await identity()).some((member) => before.includes(member))).toBe(false);
    // What was there goes aside, and is not lost.
    expect(await project.on("etcd3", "ls -d /var/lib/etcd/set-aside-*/member/snap/db")).toContain("/set-aside-");
    expect(await leftovers()).toBe("");
  });

  test("leaves a cluster that the other playbooks take for theirs", async () => {
    expect(changed(await project.play([], ""))).toEqual([]);
    const run = await backUp();
    expect(run.exitCode, run.why).toBe(0);
    expect((await manifests()).at(-1)).toMatchObject({ verified: true, keys: String(await keys("etcd1")) });
  });
});

describe("a drill under a client that writes every 200 ms", () => {
  const drill = async (name: string, flags: readonly string[] = []) => {
    const run = await project.tsPlay(["drill", `playbooks/drills/etcd/${name}.ts`, "--no-type-check", ...flags]);
    const results = run.events.flatMap((event) => (event.type === "drill-end" ? [event.result] : []));
    return { run, result: results[0] as DrillResult };
  };

  test.each(["kill-leader", "cut-leader", "stop-member", "cut-member", "fill-disk"])(
    "%s: no acknowledged write is lost, and none has to wait for longer than 5 s",
    async (name) => {
      const leads = await project.leader();
      const { run, result } = await drill(name);
      expect(run.exitCode, run.text).toBe(0);
      expect(result).toMatchObject({ verdict: "passed", restored: true, missing: 0, objections: [] });
      expect(result.longestGapMs).toBeLessThanOrEqual(5000);
      expect(result.sent).toBeGreaterThan(40);
      expect(result.victim === leads).toBe(name.endsWith("leader"));
      if (name.endsWith("leader")) expect(result.newHolder).not.toBe(leads);
      await allHealthy();
      expect(await project.etcdctl("etcd1", "get --prefix /ts-play-drill/ --keys-only")).toBe("");
    },
  );

  test("is refused while a member is down: the others would have no majority", async () => {
    await project.on("etcd3", "systemctl stop etcd");
    await project.healthy("etcd1", "etcd2");
    const { run, result } = await drill("kill-leader");
    expect(run.exitCode).toBe(3);
    expect(result).toMatchObject({ verdict: "refused", sent: 0 });
    expect(result.objections.join()).toContain("etcd3 is not healthy");
    await project.on("etcd3", "systemctl start etcd");
  });
});
