import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { changed, EtcdProject, inOrder } from "./etcd/project.ts";
import { ask, Writer } from "./etcd/writer.ts";
import { useLab } from "./lab-fixture.ts";

const HOSTS = ["etcd1", "etcd2", "etcd3"];
const lab = useLab({ name: "etcd", hosts: HOSTS });
let project: EtcdProject;

beforeAll(async () => {
  project = await EtcdProject.create(lab());
});
afterAll(() => project.remove());

const pidOf = async (host: string) => (await project.on(host, "systemctl show -p MainPID --value etcd")).trim();
const pids = () => Promise.all(HOSTS.map(pidOf));

describe("a cluster from bare hosts", () => {
  test("a check is complete, needs no passphrase, and makes nothing", async () => {
    const plan = await project.play(["--check"], "");
    expect(plan.exitCode, plan.why).toBe(0);
    expect(changed(plan)).toContain("etcd3 etcd/certificate /etc/etcd/pki/server.crt");
    expect(changed(plan)).toContain("etcd3 etcd/etcdStart");
    await expect(readFile(join(project.folder, "pki/etcd/ca.crt"))).rejects.toThrow("ENOENT");
  });

  test("without the passphrase nothing is started, and the run says what is missing", async () => {
    const run = await project.play([], "");
    expect(run.exitCode).not.toBe(0);
    expect(run.text).toContain("PKI002");
    for (const host of HOSTS) expect(await project.on(host, "systemctl is-active etcd || true")).not.toMatch(/^active/);
  });

  test("is built host by host: one that is started does not wait for those that come after it", async () => {
    const run = await project.play(["--forks", "1"]);
    expect(run.exitCode, run.why).toBe(0);
    const list = await project.etcdctl("etcd2", "member list");
    expect(list.trim().split("\n")).toHaveLength(3);
    expect(list.match(/started/g)).toHaveLength(3);
    expect((await project.etcdctl("etcd3", "endpoint health --cluster 2>&1")).match(/is healthy/g)).toHaveLength(3);
  });

  test("a second run changes nothing, and needs no passphrase", async () => {
    const before = await pids();
    const second = await project.play([], "");
    expect(second.exitCode, second.why).toBe(0);
    expect(changed(second)).toEqual([]);
    expect(await pids()).toEqual(before);
  });

  test("a run with another authority issues nothing, and makes none", async () => {
    const run = await project.play(["-e", "etcd_pki_folder=elsewhere"]);
    expect(run.exitCode, run.why).toBe(3);
    expect(run.why).toContain("trusts another authority than the etcd-ca of this control machine");
    expect(changed(run)).toEqual([]);
    await expect(readFile(join(project.folder, "elsewhere/ca.key"))).rejects.toThrow("ENOENT");
  });

  test("keys are where they belong: the authority's encrypted and on no host, the others for etcd alone", async () => {
    expect(await readFile(join(project.folder, "pki/etcd/ca.key"), "utf8")).toMatch(
      /^-----BEGIN ENCRYPTED PRIVATE KEY/,
    );
    for (const host of HOSTS) {
      expect(await project.on(host, "ls /etc/etcd/pki")).not.toContain("ca.key");
      expect(await project.on(host, "stat -c '%a %U' /etc/etcd/pki/*.key /var/lib/etcd")).toBe(
        "600 etcd\n600 etcd\n600 etcd\n700 etcd\n",
      );
      for (const [name, purpose] of [
        ["server", "sslserver"],
        ["peer", "sslserver"],
        ["peer", "sslclient"],
        ["client", "sslclient"],
      ])
        expect(
          await project.on(
            host,
            `openssl verify -purpose ${purpose} -CAfile /etc/etcd/pki/ca.crt /etc/etcd/pki/${name}.crt`,
          ),
        ).toContain("OK");
    }
  });
});

describe("who may ask", () => {
  const put = { key: "YQ==", value: "Yg==" };

  test("a client with a certificate of the cluster's authority, each member", async () => {
    const client = await project.client();
    for (const endpoint of project.endpoints)
      expect(await ask(endpoint, "/v3/kv/put", put, client)).toHaveProperty("header");
  });

  test("nobody without a certificate, or with one of another authority", async () => {
    const { ca } = await project.client();
    const forged = await project.issue({}, project.stranger);
    for (const endpoint of project.endpoints) {
      await expect(ask(endpoint, "/v3/kv/put", put, { ca })).rejects.toThrow(/certificate|reset|handshake/i);
      await expect(ask(endpoint, "/v3/kv/put", put, { ca, ...forged })).rejects.toThrow(/certificate|reset|handshake/i);
    }
  });
});

describe("certificates that will not do are found and replaced, without a restart", () => {
  const lay = async (host: string, name: string, { cert, key }: { cert: string; key: string }) => {
    const encoded = (text: string) => Buffer.from(text).toString("base64");
    const at = `/etc/etcd/pki/${name}`;
    await project.on(host, `echo ${encoded(cert)} | base64 -d >${at}.crt; echo ${encoded(key)} | base64 -d >${at}.key`);
  };
  const usual = (host: string) => ({
    profile: "peer" as const,
    commonName: host,
    names: [host, "localhost"],
    addresses: [project.addressOf(host), "127.0.0.1", "::1"],
    lifetimeDays: 365,
  });
  const reasons = async () => {
    const plan = await project.play(["--check", "--diff"], "");
    expect(plan.exitCode, plan.why).toBe(0);
    return plan.events.flatMap((event) =>
      event.type === "task-end" && event.state === "changed"
        ? event.changes.map(
            ({ attribute, from }) => `${event.host} ${event.task.split("/").at(-1)} ${attribute}: ${from}`,
          )
        : [],
    );
  };
  const repaired = async (...tasks: readonly string[]) => {
    const before = await pids();
    const run = await project.play();
    expect(run.exitCode, run.why).toBe(0);
    expect(changed(run)).toEqual(tasks);
    expect(changed(await project.play([], ""))).toEqual([]);
    expect(await pids()).toEqual(before);
    expect((await project.etcdctl("etcd1", "endpoint health --cluster 2>&1")).match(/is healthy/g)).toHaveLength(3);
  };

  test("expired, without an address, of another authority, with the key of another", async () => {
    // The shortest certificate lasts a day, so it is made on a machine whose clock is two days slow.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 2 * 86_400_000 });
    const expired = await project.issue({ ...usual("etcd2"), lifetimeDays: 1 }).finally(() => vi.useRealTimers());
    await lay("etcd2", "server", expired);
    await lay("etcd1", "peer", await project.issue({ ...usual("etcd1"), addresses: ["127.0.0.1", "::1"] }));
    await lay("etcd2", "peer", await project.issue(usual("etcd2"), project.stranger));
    await project.on("etcd3", "cp /etc/etcd/pki/peer.key /etc/etcd/pki/server.key");
    expect((await reasons()).toSorted()).toEqual([
      `etcd1 peer.crt address ${project.addressOf("etcd1")}: missing`,
      "etcd2 peer.crt issuer: another authority (CN=etcd-ca)",
      expect.stringMatching(/^etcd2 server\.crt validity: expired on 20/),
      "etcd3 server.crt key /etc/etcd/pki/server.key: of another certificate",
    ]);
    await repaired(
      "etcd1 etcd/certificate /etc/etcd/pki/peer.crt",
      "etcd2 etcd/certificate /etc/etcd/pki/peer.crt",
      "etcd2 etcd/certificate /etc/etcd/pki/server.crt",
      "etcd3 etcd/certificate /etc/etcd/pki/server.crt",
    );
  });
});

describe("another configuration", () => {
  test("is brought in one member at a time, the leader last, and no write is lost meanwhile", async ({ annotate }) => {
    const leads = await project.leader();
    const followers = HOSTS.filter((host) => host !== leads);
    await project.configure({ etcd_snapshot_count: "20000" });
    const plan = await project.play(["--check"], "");
    const writer = new Writer(project.endpoints, await project.client());
    const before = await pids();
    const run = await project.play([], "");
    const { acknowledged, lost, longestGapMs } = await writer.stop();

    expect(run.exitCode, run.why).toBe(0);
    expect(changed(run)).toEqual(changed(plan));
    expect(inOrder(run).filter((task) => task.includes("etcdRestart"))).toEqual([
      ...followers.map((host) => `${host} etcdRolling/etcdRestart follower`),
      `${leads} etcdRolling/etcdRestart leader`,
    ]);
    const after = await pids();
    for (const [i, pid] of before.entries()) expect(after[i]).not.toBe(pid);
    expect(await project.leader()).not.toBe(leads);
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(lost).toEqual([]);
    expect(longestGapMs).toBeLessThan(5000);
    await annotate(`${acknowledged.length} writes acknowledged, none lost, longest gap ${longestGapMs.toFixed(0)} ms`);
    expect(changed(await project.play([], ""))).toEqual([]);
  });

  test("waits while a member is down: a restart would take the majority away", async () => {
    await project.on("etcd3", "systemctl stop etcd");
    await project.healthy("etcd1", "etcd2");
    await project.on("etcd1", "echo 'ETCD_SNAPSHOT_COUNT=30000' >>/etc/etcd/etcd.env");
    const before = await pidOf("etcd1");
    const run = await project.play(["--role", "etcdRolling"], "");
    expect(run.exitCode, run.why).toBe(3);
    expect(run.why).toContain("while etcd1 is down, 1 of 3 voters would be healthy, 2 are needed");
    expect(await pidOf("etcd1")).toBe(before);
    const repair = await project.play([], "");
    expect(repair.exitCode, repair.why).toBe(0);
    expect(changed(repair)).toEqual(["etcd1 etcd/file /etc/etcd/etcd.env", "etcd3 etcd/etcdStart"]);
    expect(await pidOf("etcd1")).toBe(before);
  });
});

describe("a member without data is not started as a founder", () => {
  const hide = "mv /var/lib/etcd/member /var/lib/etcd-kept && mv /var/lib/etcd/joined /var/lib/etcd-joined";
  const back = "mv /var/lib/etcd-kept /var/lib/etcd/member && mv /var/lib/etcd-joined /var/lib/etcd/joined";

  test("while the others hold the cluster", async () => {
    await project.on("etcd3", `systemctl stop etcd && ${hide}`);
    await project.healthy("etcd1", "etcd2");
    const run = await project.play([], "");
    expect(run.exitCode, run.why).toBe(3);
    expect(run.why).toContain("etcd3 was a member of the cluster that exists, and has lost its data");
    expect(run.why).toMatch(/etcd-replace\.ts lets it join anew \(member [0-9a-f]+\)/);
    expect(changed(run)).toEqual([]);
    expect(await project.on("etcd3", "systemctl is-active etcd || true")).toBe("inactive\n");
  });

  test("nor while the whole cluster is down; with its data back, a run starts it again", async () => {
    await Promise.all(["etcd1", "etcd2"].map((host) => project.on(host, "systemctl stop etcd")));
    const run = await project.play([], "");
    expect(run.exitCode, run.why).toBe(3);
    expect(run.why).toContain("etcd3 has no data, but etcd1 holds that of a cluster that does not answer");
    await project.on("etcd3", back);
    const started = await project.play([], "");
    expect(started.exitCode, started.why).toBe(0);
    expect(changed(started)).toEqual(HOSTS.map((host) => `${host} etcd/etcdStart`));
  });
});
