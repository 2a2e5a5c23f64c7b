import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { killHost, labInventory, runOnHost, startHost } from "../../runner/lab/lab.ts";
import type { RunDocument } from "../../runner/report/document/run-document.ts";
import { buildTsPlay, tsPlay } from "../fault/ts-play.ts";
import { useLab } from "./lab-fixture.ts";

const HOSTS = ["drift1", "drift2"];
const lab = useLab({ name: "drift", hosts: HOSTS });
let folder = "";

beforeAll(async () => {
  buildTsPlay();
  folder = await mkdtemp(join(tmpdir(), "ts-play-drift-"));
  await cp(join(import.meta.dirname, "drift"), folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  await writeFile(join(folder, "hosts.yaml"), labInventory(lab(), { kept: HOSTS }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const on = (host: string, command: string): Promise<string> =>
  runOnHost(lab(), lab().hosts.find(({ name }) => name === host)!.address, command);

interface Checked {
  readonly exitCode: number | undefined;
  readonly text: string;
  readonly document: RunDocument;
  readonly drift: NonNullable<RunDocument["drift"]>;
}

/** A check, with the document that it leaves. */
async function drift(...flags: readonly string[]): Promise<Checked> {
  const report = join(folder, "drift.json");
  await rm(report, { force: true });
  const ended = await tsPlay(folder, ["drift", "kept.ts", "-i", "hosts.yaml", "--report", `json=${report}`, ...flags]);
  const text = ended.stdout + ended.stderr;
  const document = JSON.parse(await readFile(report, "utf8").catch(() => "{}")) as RunDocument;
  return { exitCode: ended.exitCode, text, document, drift: document.drift! };
}

const found = ({ drift: { findings } }: Checked): readonly string[] =>
  findings.map(({ host, task, status, what }) => `${status} ${host} ${task}: ${what}`).sort();

test("bare hosts have drifted; the first run brings them in sync, and then nothing has", async () => {
  const bare = await drift();
  expect(bare.exitCode, bare.text).toBe(2);
  const built = await tsPlay(folder, ["kept.ts", "-i", "hosts.yaml"]);
  expect(built.exitCode, built.stdout + built.stderr).toBe(0);
  const synced = await drift("--save");
  expect([synced.exitCode, found(synced)]).toEqual([0, []]);
  expect(synced.text).toContain("In sync: 14 tasks on 2 hosts");
});

interface Damage {
  readonly kind: string;
  readonly host: string;
  readonly role: string;
  readonly task: string;
  readonly what: RegExp;
  readonly damage: string;
  /** Prints `right` when it has been repaired. */
  readonly look: string;
}

const damages: readonly Damage[] = [
  {
    kind: "the content of a file",
    host: "drift1",
    role: "base",
    task: "base/file /etc/kept.conf",
    what: /^content: 12 bytes -> 8 bytes$/,
    damage: "printf 'one\\nby hand\\n' >/etc/kept.conf",
    look: "grep -qx two /etc/kept.conf && echo right",
  },
  {
    kind: "a mode",
    host: "drift2",
    role: "base",
    task: "base/file /etc/kept.conf",
    what: /^mode: 0666 -> 0644$/,
    damage: "chmod 666 /etc/kept.conf",
    look: "stat -c %a /etc/kept.conf | grep -qx 644 && echo right",
  },
  {
    kind: "a stopped service",
    host: "drift2",
    role: "web",
    task: "web/service nginx.service",
    what: /inactive -> /,
    damage: "systemctl stop nginx",
    look: "systemctl is-active -q nginx && echo right",
  },
  {
    kind: "a removed package",
    host: "drift1",
    role: "base",
    task: "base/packages jq",
    what: /^package jq: absent -> installed$/,
    damage: "dpkg --force-depends --remove jq >/dev/null 2>&1",
    look: "jq --version >/dev/null && echo right",
  },
  {
    kind: "a kernel setting",
    host: "drift1",
    role: "base",
    task: "base/sysctl net.ipv4.ip_nonlocal_bind",
    what: /^net\.ipv4\.ip_nonlocal_bind: 0 -> 1$/,
    damage: "echo 0 >/proc/sys/net/ipv4/ip_nonlocal_bind",
    look: "grep -qx 1 /proc/sys/net/ipv4/ip_nonlocal_bind && echo right",
  },
];

describe("drift by hand", () => {
  let since = "";

  test("of five kinds is found, as new, and nothing else is", async () => {
    for (const { host, damage } of damages) await on(host, damage);
    const first = await drift("--save");
    since = first.document.run.startedAt;
    expect(first.exitCode, first.text).toBe(2);
    const byTask = new Map(first.drift.findings.map((finding) => [`${finding.host} ${finding.task}`, finding]));
    expect([...byTask.keys()].sort()).toEqual(damages.map(({ host, task }) => `${host} ${task}`).sort());
    for (const { host, task, role, what } of damages) {
      const finding = byTask.get(`${host} ${task}`)!;
      expect(finding).toMatchObject({ role, status: "new", since });
      expect(finding.what).toMatch(what);
    }
    expect(first.text).toContain("-by hand\n");
    expect(first.text).toContain("+two\n");
  });

  test("is dated by the first check that found it", async () => {
    const again = await drift("--save");
    expect(again.exitCode).toBe(2);
    expect(again.drift.findings.map((one) => [one.status, one.since])).toEqual(damages.map(() => ["known", since]));
    expect(again.text).toContain(`since ${since.slice(0, 16).replace("T", " ")}`);
    expect(again.drift.checks.map(({ opened, closed, findings }) => [opened, closed, findings])).toEqual([
      [0, 0, 0],
      [5, 0, 5],
      [0, 0, 5],
    ]);
  });

  test("is not repaired without a yes: nothing is contacted, nothing changed", async () => {
    const refused = await drift("--repair");
    expect(refused.exitCode).toBe(1);
    expect(refused.text).toContain("error CLI009");
    expect((await drift()).drift.findings).toHaveLength(5);
  });

  test.each(damages.map((one, at) => ({ ...one, left: damages.length - 1 - at })))(
    "is repaired one by one: $kind",
    async ({ host, role, look, task, left }) => {
      const only = ["--save", "-l", host, "--only", task];
      const repair = await drift(...only, "--role", role, "--repair", "--yes");
      expect(repair.exitCode, repair.text).toBe(0);
      expect(await on(host, look)).toBe("right\n");
      const rest = await drift("--save");
      expect(rest.exitCode).toBe(left === 0 ? 0 : 2);
      expect(rest.drift.findings).toHaveLength(left);
    },
  );

  test("that was mended by hand is told as fixed, once", async () => {
    await on("drift1", "chmod 600 /etc/kept.conf");
    const drifted = await drift("--save");
    await on("drift1", "chmod 644 /etc/kept.conf");
    const mended = await drift("--save");
    expect(mended.exitCode).toBe(0);
    const fixed = { host: "drift1", task: "base/file /etc/kept.conf", how: "fixed" };
    expect(mended.drift.closed).toEqual([{ ...fixed, since: drifted.document.run.startedAt }]);
    expect((await drift("--save")).drift.closed).toEqual([]);
  });
});

describe("a host that cannot be read", () => {
  test("is unknown, with exit 4, does not hide what others have, and keeps what was known of it", async () => {
    await on("drift1", "chmod 600 /etc/kept.conf");
    await on("drift2", "chmod 600 /etc/kept.conf");
    await drift("--save");
    await killHost(lab(), "drift1");
    try {
      const lost = await drift("--save", "--timeout", "10");
      expect(lost.exitCode, lost.text).toBe(4);
      expect(lost.drift.unread.map(({ host }) => host)).toEqual(["drift1"]);
      expect(found(lost)).toEqual(["known drift2 base/file /etc/kept.conf: mode: 0600 -> 0644"]);
      expect(lost.drift.closed).toEqual([]);
      expect(lost.drift.notLookedAt).toBe(1);
      expect(lost.document.totals.hosts).toMatchObject({ inSync: 0, changed: 1, unreachable: 1 });
      expect(lost.text).toMatch(/^UNKNOWN drift1, since /m);
    } finally {
      await startHost(lab(), "drift1");
    }
  });

  test("is not repaired with the others, and the exit code says so", async () => {
    await killHost(lab(), "drift1");
    try {
      const repair = await drift("--save", "--timeout", "10", "--repair", "--yes");
      expect(repair.exitCode, repair.text).toBe(4);
      expect(await on("drift2", "stat -c %a /etc/kept.conf")).toBe("644\n");
    } finally {
      await startHost(lab(), "drift1");
    }
    const back = await drift("--save");
    expect(found(back)).toEqual([expect.stringMatching(/^known drift1 base\/file \/etc\/kept\.conf: mode: 0600/)]);
    expect(back.drift.unread).toEqual([]);
  });
});

test("the page of a check, made of its journal afterwards, has the history", async () => {
  const page = join(folder, "drift.html");
  const { exitCode } = await tsPlay(folder, ["report", "latest", "--html", page]);
  expect(exitCode).toBe(0);
  const text = await readFile(page, "utf8");
  expect(text).toContain("Drift, and since when");
  expect(text).toMatch(/The last \d+ checks/);
  expect(text).toContain("mode</th>");
});
