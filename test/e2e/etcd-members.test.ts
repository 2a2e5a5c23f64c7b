import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { killHost, resetHost } from "../../runner/lab/lab.ts";
import { changed, EtcdProject, inOrder, KILLED, type Outcome } from "./etcd/project.ts";
import { ask, type ClientTls, Writer } from "./etcd/writer.ts";
import { useLab } from "./lab-fixture.ts";

const HOSTS = ["etcd1", "etcd2", "etcd3", "etcd4", "etcd5"];
const THREE = HOSTS.slice(0, 3);
const lab = useLab({ name: "etcm", hosts: HOSTS });
let project: EtcdProject;

beforeAll(async () => {
  project = await EtcdProject.create(lab());
  await project.configure({}, { etcd: THREE });
});
afterAll(() => project.remove());

/** `id state name peer-URL client-URL learner` of each member, as etcdctl prints it. */
async function members(): Promise<readonly (readonly string[])[]> {
  // A list is what the asked member knows: with a read that the majority answers for, it knows all that is decided.
  await project.etcdctl("etcd1", "--command-timeout 60s get nothing");
  const list = await project.etcdctl("etcd1", "member list");
  return list
    .trim()
    .split("\n")
    .map((line) => line.split(", "));
}
const names = async () => (await members()).map(([, , name]) => name).toSorted();
const idOf = async (host: string) => (await members()).find(([, , name]) => name === host)?.[0];
const isActive = async (host: string) =>
  (await project.on(host, "systemctl is-active etcd || true")).trim() === "active";

const done = (run: Outcome): Outcome => {
  expect(run.exitCode, run.why).toBe(0);
  return run;
};
/** What a killed run has not done it does not do any more, and its hosts are free again. */
const killedNow = async (run: Outcome, letGo: () => Promise<unknown>): Promise<void> => {
  expect(run.exitCode).toBe(KILLED);
  await project.unlocked();
  await letGo();
};
const nothingLeft = async (...playbooks: readonly string[]) => {
  for (const playbook of playbooks)
    expect(changed(done(await project.run(playbook, [], { passphrase: "" })))).toEqual([]);
};
const refused = async (playbook: string, why: string | RegExp, flags: readonly string[] = []) => {
  const run = await project.run(playbook, flags);
  expect(run.exitCode, run.why).toBe(3);
  expect(run.why).toMatch(why);
  return run;
};

/** A client writes meanwhile: nothing that was acknowledged may be lost, and no pause be longer than one election. */
async function whileWriting(
  say: (text: string) => Promise<unknown>,
  work: () => Promise<unknown>,
  client?: ClientTls,
): Promise<void> {
  const writer = new Writer(project.endpoints, client ?? (await project.client()));
  await work().catch(async (error: unknown) => {
    await writer.stop();
    throw error;
  });
  const { acknowledged, lost, longestGapMs } = await writer.stop();
  expect(acknowledged.length).toBeGreaterThan(10);
  expect(lost).toEqual([]);
  expect(longestGapMs).toBeLessThan(5000);
  await say(`${acknowledged.length} writes acknowledged, none lost, longest gap ${longestGapMs.toFixed(0)} ms`);
}

test("three members are built, also after a first start that could not succeed", async () => {
  await project.configure({ etcd_token: "mistaken" }, { etcd: THREE });
  const alone = await project.run("etcd.ts", ["--limit", "etcd1"], { killAt: /"task-end"[^\n]*etcd\/etcdStart/ });
  expect(alone.exitCode).toBe(KILLED);
  await expect
    .poll(() => project.on("etcd1", "ls /var/lib/etcd/member/wal || true"), { timeout: 60_000 })
    .toContain("wal");
  await project.unlocked();

  await project.configure({}, { etcd: THREE });
  // The others are a cluster before the first one is looked at again.
  await project.run("etcd.ts", ["--limit", "etcd2,etcd3"]);
  await project.healthy("etcd2", "etcd3");
  done(await project.play());
  expect(await names()).toEqual(THREE);
  expect(await project.on("etcd1", "ls /var/lib/etcd/never-joined-*/member/wal")).toContain(".wal");
  await nothingLeft("etcd.ts");
});

describe("grows to five", () => {
  beforeAll(() => project.configure({}, { etcd: HOSTS }));

  test("not by the playbook that builds, which says what does", async () => {
    await refused("etcd.ts", "etcd4 is not a member of the cluster that exists: etcd-add.ts lets it join");
  });

  test("a check names all that will be done, and changes nothing", async () => {
    const plan = done(await project.run("etcd-add.ts", ["--check"], { passphrase: "" }));
    for (const host of ["etcd4", "etcd5"])
      expect(changed(plan)).toEqual(
        expect.arrayContaining([
          `${host} etcdPrepared/certificate /etc/etcd/pki/peer.crt`,
          `${host} etcdJoined/etcdAdded ${host}`,
          `${host} etcdJoined/etcdPromoted ${host}`,
        ]),
      );
    expect(changed(plan).filter((task) => /^etcd[123] /.test(task))).toEqual([]);
    expect(await names()).toEqual(THREE);
  });

  test("one at a time, also after a run was killed that had just added a member", async ({ annotate }) => {
    const ids = await Promise.all(THREE.map(idOf));
    await whileWriting(annotate, async () => {
      const letGo = await project.holdBack("etcd4", "member promote");
      const killed = await project.run("etcd-add.ts", [], {
        killAt: /"task-end"[^\n]*etcdJoined\/etcdAdded etcd4/,
      });
      await killedNow(killed, letGo);
      expect((await members()).filter(([, , , , , learner]) => learner === "true")).toHaveLength(1);

      const run = done(await project.run("etcd-add.ts"));
      const order = inOrder(run).filter((task) => /etcd(Added|Promoted)/.test(task));
      expect(order).toEqual([
        "etcd4 etcdJoined/etcdPromoted etcd4",
        "etcd5 etcdJoined/etcdAdded etcd5",
        "etcd5 etcdJoined/etcdPromoted etcd5",
      ]);
    });
    expect(await names()).toEqual(HOSTS);
    expect((await members()).map(([, state, , , , learner]) => `${state} ${learner}`)).toEqual(
      HOSTS.map(() => "started false"),
    );
    expect(await Promise.all(THREE.map(idOf))).toEqual(ids);
    await nothingLeft("etcd-add.ts", "etcd.ts");
  });
});

describe("five members, some of them down", () => {
  const stop = async (...hosts: readonly string[]) => {
    await Promise.all(hosts.map((host) => project.on(host, "systemctl stop etcd")));
    await project.healthy(...THREE);
  };
  const start = (...hosts: readonly string[]) =>
    Promise.all(hosts.map((host) => project.on(host, "systemctl start etcd")));
  const drift = "echo 'ETCD_SNAPSHOT_COUNT=30000' >>/etc/etcd/etcd.env";
  const rolling = ["--role", "etcdRolling", "--limit", "etcd1"];

  test("one restart more is possible while one is down, and not while two are", async () => {
    await project.on("etcd1", drift);
    await stop("etcd5");
    const plan = done(await project.run("etcd.ts", [...rolling, "--check"], { passphrase: "" }));
    expect(changed(plan)).toHaveLength(1);
    await stop("etcd4");
    await refused("etcd.ts", "while etcd1 is down, 2 of 5 voters would be healthy, 3 are needed", rolling);
  });

  test("who is up may not leave then, and nobody may join", async () => {
    await project.configure({}, { etcd: ["etcd1", "etcd2", "etcd4", "etcd5"], former_etcd: ["etcd3"] });
    await refused("etcd-remove.ts", "etcd3 cannot be removed now: without etcd3, 2 of 4 voters would be healthy");
    await start("etcd4", "etcd5");
    await project.configure({}, { etcd: HOSTS });
    await project.on("etcd1", "sed -i /SNAPSHOT_COUNT=30000/d /etc/etcd/etcd.env");
  });
});

describe("five members restarted, and shrunk to three", () => {
  const shrunk = { etcd: THREE, former_etcd: ["etcd4", "etcd5"] };

  test("all restart one at a time, the leader last", async ({ annotate }) => {
    await project.configure({ etcd_snapshot_count: "20000" }, { etcd: HOSTS });
    const leads = await project.leader();
    await whileWriting(annotate, async () => {
      const run = done(await project.play([], ""));
      const order = inOrder(run).filter((task) => task.includes("etcdRestart"));
      expect(order).toHaveLength(5);
      expect(order.at(-1)).toBe(`${leads} etcdRolling/etcdRestart leader`);
    });
  });

  test("members leave one at a time, also after a killed run; one that leads hands over first, and data is set aside", async ({
    annotate,
  }) => {
    const [leads, next] = [await project.leader(), await idOf("etcd5")];
    if (leads !== "etcd5")
      await project.on(
        leads,
        `${clientOf} etcdctl --endpoints https://${project.addressOf(leads)}:2379 move-leader ${next}`,
      );
    expect(await project.leader()).toBe("etcd5");
    await project.configure({ etcd_snapshot_count: "20000" }, shrunk);
    await whileWriting(annotate, async () => {
      const letGo = await project.holdBack("etcd1", `member remove ${next}`);
      const killed = await project.run("etcd-remove.ts", [], {
        passphrase: "",
        killAt: /"task-end"[^\n]*etcdWithout\/etcdRemoved etcd4/,
      });
      await killedNow(killed, letGo);
      expect(await names()).toEqual([...THREE, "etcd5"]);

      const run = done(await project.run("etcd-remove.ts", [], { passphrase: "" }));
      expect(inOrder(run).filter((task) => task.includes("etcdRemoved"))).toEqual([
        "etcd1 etcdWithout/etcdRemoved etcd5",
      ]);
    });
    expect(await names()).toEqual(THREE);
    expect(THREE).toContain(await project.leader());
    for (const host of ["etcd4", "etcd5"]) {
      expect(await isActive(host)).toBe(false);
      expect(await project.on(host, "ls /var/lib/etcd/removed-*/member/wal")).toContain(".wal");
      expect(await project.on(host, "ls /etc/etcd/pki")).toBe("ca.crt\n");
    }
    await nothingLeft("etcd-remove.ts", "etcd.ts");
  });
});

describe("a lost member is replaced", () => {
  const settings = { etcd_snapshot_count: "20000" };

  test("by the same host after it was wiped, also after a run was killed that had just taken it out", async ({
    annotate,
  }) => {
    await project.configure(settings, { etcd: THREE });
    const before = await idOf("etcd2");
    await whileWriting(annotate, async () => {
      await resetHost(lab(), "etcd2");
      await refused("etcd-add.ts", /etcd2 is member [0-9a-f]+ of the cluster and has lost its data: etcd-replace.ts/);
      const letGo = await project.holdBack("etcd2", "member add");
      const killed = await project.run("etcd-replace.ts", [], {
        killAt: /"task-end"[^\n]*etcdJoined\/etcdLostRemoved etcd2/,
      });
      await killedNow(killed, letGo);
      expect(await names()).toEqual(["etcd1", "etcd3"]);

      const run = done(await project.run("etcd-replace.ts"));
      expect(inOrder(run).filter((task) => /etcd(LostRemoved|Added|Promoted)/.test(task))).toEqual([
        "etcd2 etcdJoined/etcdAdded etcd2",
        "etcd2 etcdJoined/etcdPromoted etcd2",
      ]);
    });
    expect(await names()).toEqual(THREE);
    expect(await idOf("etcd2")).not.toBe(before);
    await nothingLeft("etcd-replace.ts", "etcd.ts");
  });

  test("by another host when its own is gone for good", async ({ annotate }) => {
    await project.configure(settings, { etcd: ["etcd1", "etcd2", "etcd4"], former_etcd: ["etcd3"] });
    const file = join(project.folder, "hosts.yaml");
    const gone = (await readFile(file, "utf8")).replace(/(etcd3: \{ [^}]*[^ }]) \}/, "$1, gone: true }");
    expect(gone).toContain("gone: true");
    await writeFile(file, gone);
    await whileWriting(annotate, async () => {
      await killHost(lab(), "etcd3");
      const run = done(await project.run("etcd-replace.ts"));
      expect(inOrder(run).filter((task) => /etcd(Removed|Added|Promoted)/.test(task))).toEqual([
        "etcd1 etcdWithout/etcdRemoved etcd3",
        "etcd4 etcdJoined/etcdAdded etcd4",
        "etcd4 etcdJoined/etcdPromoted etcd4",
      ]);
    });
    expect(await names()).toEqual(["etcd1", "etcd2", "etcd4"]);
    await nothingLeft("etcd-replace.ts", "etcd.ts");
  });
});

test("a new authority takes the place of the former", async ({ annotate }) => {
  const [former, issuing] = ["pki/etcd", "pki/etcd-next"];
  const settings = { etcd_snapshot_count: "20000", etcd_pki_folder: issuing };
  const groups = { etcd: ["etcd1", "etcd2", "etcd4"] };
  await project.configure(settings, groups);
  await refused("etcd.ts", "trusts another authority");
  await project.configure({ ...settings, etcd_former_pki_folder: former }, groups);
  await refused("etcd.ts", "does not trust the new authority yet");

  const old = await project.client();
  const next = await project.issue({}, project.authorityIn(issuing));
  const ca = old.ca + (await readFile(join(project.folder, issuing, "ca.crt"), "utf8"));
  await whileWriting(annotate, () => project.run("etcd-rotate-ca.ts").then(done), { ...old, ca });
  expect(await project.on("etcd2", "grep -c BEGIN /etc/etcd/pki/ca.crt")).toBe("2\n");
  await nothingLeft("etcd-rotate-ca.ts", "etcd.ts");

  const last = ["-e", "etcd_forget_former=true"];
  await whileWriting(annotate, () => project.run("etcd-rotate-ca.ts", last).then(done), { ...next, ca });
  expect(changed(done(await project.run("etcd-rotate-ca.ts", last)))).toEqual([]);
  const put = { key: "YQ==", value: "Yg==" };
  const [endpoint] = project.endpoints;
  await expect(ask(endpoint!, "/v3/kv/put", put, { ...old, ca })).rejects.toThrow(/certificate|reset|handshake/i);
  expect(await ask(endpoint!, "/v3/kv/put", put, { ...next, ca })).toHaveProperty("header");
  await project.configure(settings, groups);
  await nothingLeft("etcd.ts");
});

const clientOf =
  "ETCDCTL_API=3 ETCDCTL_CACERT=/etc/etcd/pki/ca.crt ETCDCTL_CERT=/etc/etcd/pki/client.crt ETCDCTL_KEY=/etc/etcd/pki/client.key";
