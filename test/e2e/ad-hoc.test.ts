import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { labInventory, runOnHost } from "../../runner/lab/lab.ts";
import type { Answer } from "../../runner/report/answers/answer.ts";
import { createProject, type Project } from "../fault/project.ts";
import { startTsPlay, tsPlay } from "../fault/ts-play.ts";
import { useLab } from "./lab-fixture.ts";

const lab = useLab({ name: "adhoc", hosts: ["web1", "web2", "web3", "db1"] });
let project: Project;

beforeAll(async () => {
  project = await createProject();
  const inventory = labInventory(lab(), { web: ["web1", "web2", "web3"], db: ["db1"] });
  await project.write("marked.ts", playbook);
  await project.write(
    "hosts.yaml",
    `${inventory}    gone:\n      hosts:\n        gone1: { ansible_host: ${lab().virtualAddress} }\n`,
  );
});
afterAll(() => project.remove());

const playbook = `import { defineInventory, definePlaybook, defineRole, file, play, z } from "ts-play";
const writes = (name: string, path: string) =>
  defineRole({
    name,
    summary: "A file.",
    vars: z.object({ text: z.string() }),
    tasks: ({ vars }) => [file({ path, content: vars.text })],
  });
const marks = writes("marks", "/srv/mark");
const others = writes("others", "/srv/other");
export default definePlaybook({
  summary: "Two roles.",
  inventory: defineInventory({ groups: { web: z.object({}) }, vars: z.object({}) }),
  plays: ({ groups }) => [
    play({ title: "Web", on: groups.web, roles: (host) => [marks({ text: \`mark of \${host.name}\\n\` }), others({ text: "other" })] }),
  ],
});
`;

const on = (name: string, command: string) =>
  runOnHost(lab(), lab().hosts.find((host) => host.name === name)!.address, command);
const exec = (...args: readonly string[]) => tsPlay(project.folder, ["exec", "-i", "hosts.yaml", ...args]);
const answersOf = (stdout: string): readonly Answer[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Answer);
const sorted = (answers: readonly Answer[]) => answers.toSorted((a, b) => (a.host < b.host ? -1 : 1));
const withoutTimes = (text: string) => text.replace(/in [\d.]+m?s\n/g, "in TIME\n");

describe("a command on many hosts", () => {
  test("shows equal answers once, what is said as an error apart, and ends with 0 when all went well", async () => {
    const { exitCode, stdout, stderr } = await exec(
      "web,db",
      "--",
      'echo "$(hostname | tr -d 0-9)"; [ "$(hostname)" != db1 ] || echo "only here" >&2',
    );
    expect([exitCode, stdout, withoutTimes(stderr)]).toEqual([
      0,
      "web[1-3] (3 hosts)\n  web\n\ndb1\n  db\n  stderr:\n    only here\n\n",
      "4 hosts: 4 ok, in TIME\n",
    ]);
  });

  test("gives several words to the command as they are, and one to the shell", async () => {
    const several = await exec("web1", "--", "printf", "%s|", "two words", "$HOME", "it's");
    expect(several.stdout).toBe("web1\n  two words|$HOME|it's|\n\n");
    const one = await exec("web1", "--", 'printf "%s|" two words | tr a-z A-Z');
    expect(one.stdout).toBe("web1\n  TWO|WORDS|\n\n");
  });

  test("ends with 3 when it failed on one, which is told last", async () => {
    const { exitCode, stdout, stderr } = await exec("web:!web3", "--", "hostname; [ $(hostname) = web2 ] || exit 7");
    expect([exitCode, stdout]).toEqual([3, "web2\n  web2\n\nFAILED web1: exit code 7\n  web1\n\n"]);
    expect(withoutTimes(stderr)).toBe("2 hosts: 1 ok, 1 failed, in TIME\n");
  });

  test("ends with 4 when one was not reached, and the others have answered all the same", async () => {
    const { exitCode, stdout } = await exec("all", "--timeout", "10", "--output", "json", "--", "exit 3");
    expect(exitCode).toBe(4);
    expect(sorted(answersOf(stdout)).map(({ host, state, exitCode: code }) => [host, state, code])).toEqual([
      ["db1", "failed", 3],
      ["gone1", "unreachable", undefined],
      ["web1", "failed", 3],
      ["web2", "failed", 3],
      ["web3", "failed", 3],
    ]);
    const again = await exec("@retry", "--timeout", "10", "--", "true");
    expect(again.stderr).toContain("5 hosts: 4 ok, 1 unreachable");
    expect((await exec("@retry", "--timeout", "10", "--", "true")).stderr).toContain("1 host: 1 unreachable");
  });

  test("becomes whom it should be", async () => {
    const { stdout } = await exec("web1", "-b", "-e", "ansible_become_user=nobody", "--", "id", "-un");
    expect(stdout).toBe("web1\n  nobody\n\n");
  });

  test("runs at once on as many as --forks says", async () => {
    const one = await exec("web", "--forks", "1", "--output", "json", "--", "date +%s%N; sleep 0.5; date +%s%N");
    expect(one.exitCode).toBe(0);
    // The hosts of a lab share one clock.
    const spans = answersOf(one.stdout).map(({ stdout }) => stdout.trim());
    const moments = spans.toSorted().join("\n").split("\n");
    expect(moments).toHaveLength(6);
    expect(moments).toEqual(moments.toSorted());

    const all = startTsPlay(project.folder, [
      ...["exec", "-i", "hosts.yaml", "web", "--forks", "3", "--output", "lines", "--"],
      "echo begun; while [ ! -e /run/all-begun ]; do sleep 0.1; done",
    ]);
    const names = ["web1", "web2", "web3"];
    for (const name of names) await all.printed(`${name} | begun`);
    await Promise.all(names.map((name) => on(name, "touch /run/all-begun")));
    expect((await all.ended).exitCode).toBe(0);
  });
});

describe("what hosts print", () => {
  test("is printed as it comes, line by line, when lines are wanted", async () => {
    const running = startTsPlay(project.folder, [
      ...["exec", "-i", "hosts.yaml", "web1,web2", "--output", "lines", "--"],
      'echo "first of $(hostname)"; while [ ! -e /run/go-on ]; do sleep 0.1; done; printf "no newline"; echo bad >&2; exit 1',
    ]);
    await running.printed("web1 | first of web1");
    await running.printed("web2 | first of web2");
    await Promise.all(["web1", "web2"].map((name) => on(name, "touch /run/go-on")));
    const { exitCode, stdout } = await running.ended;
    expect(exitCode).toBe(3);
    for (const name of ["web1", "web2"])
      expect(stdout.split("\n")).toEqual(
        expect.arrayContaining([`${name} | no newline`, `${name} ! bad`, `FAILED ${name}: exit code 1`]),
      );
  });

  test("cannot steer the terminal, nor pass for the name of a host", async () => {
    const { stdout } = await exec("web1", "--", String.raw`printf '\033]0;title\007\033[2Jcleared\nweb2\n  fine\r\n'`);
    expect(stdout).toBe("web1\n  cleared\n  web2\n    fine\n\n");
  });

  test("is kept up to a size, first and last", async () => {
    const { stdout } = await exec(
      "web1",
      "--output",
      "json",
      "--",
      "echo first; head -c 5000000 /dev/zero | tr '\\0' x; echo; echo last",
    );
    const [answer] = answersOf(stdout);
    expect(answer?.stdout.length).toBe(1 << 20);
    expect(answer?.droppedBytes).toBe(5_000_012 - (1 << 20));
    expect([answer?.stdout.slice(0, 6), answer?.stdout.slice(-6)]).toEqual(["first\n", "\nlast\n"]);
  });
});

describe("a command that does not end", () => {
  const running = async (name: string) => (await on(name, "pgrep -fc '[s]leep 4321' || true")).trim();

  test("is stopped after its time, with all that it started", async () => {
    const { exitCode, stdout } = await exec(
      "web1",
      "--command-timeout",
      "2",
      "--",
      "echo begun; sleep 4321 & sleep 4321",
    );
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^FAILED web1: did not end within 2 s.*\n {2}fix: .*\n {2}begun\n/);
    await expect.poll(() => running("web1"), { timeout: 60_000 }).toBe("0");
  });

  test("is ended by an interruption: the run says that it does not know what was done, and ends with 130", async () => {
    const run = startTsPlay(project.folder, [
      "exec",
      "-i",
      "hosts.yaml",
      "web",
      "-f",
      "2",
      "--output",
      "lines",
      "--",
      "echo begun; sleep 4321",
    ]);
    await run.printed("web1 | begun");
    await run.printed("web2 | begun");
    run.kill("SIGINT");
    const { exitCode, stderr, stdout } = await run.ended;
    expect([exitCode, stdout]).toEqual([130, expect.stringContaining("UNKNOWN web1: interrupted while it ran")]);
    expect(stderr).toContain("3 hosts: 2 unknown, 1 skipped");
    await expect.poll(() => running("web1"), { timeout: 60_000 }).toBe("0");
  });
});

test("a command is recorded, with its masked output, and reports are made of it", async () => {
  const secret = "canary-of-the-vault";
  await project.write("pw", "vault password\n");
  await writeFile(join(project.folder, "plain.yaml"), `token: ${secret}\n`);
  await tsPlay(project.folder, [
    "vault",
    "encrypt",
    "plain.yaml",
    "--vault-password-file",
    "pw",
    "--output",
    "vault.yaml",
  ]);
  const { exitCode, stdout } = await exec(
    ...[
      "web1",
      "-e",
      "@vault.yaml",
      "--vault-password-file",
      "pw",
      "--report",
      "html=page.html",
      "--report",
      "json=run.json",
    ],
    ...["--", "echo", `${secret} ${Buffer.from(secret).toString("hex")}`],
  );
  expect([exitCode, stdout]).toEqual([0, "web1\n  *** ***\n\n"]);
  const listed = await tsPlay(project.folder, ["report", "--list"]);
  expect(listed.stdout.split("\n")[1]).toMatch(/ exec +1 +0 +exec -i hosts.yaml web1 .*-- echo /);
  const page = await readFile(join(project.folder, "page.html"), "utf8");
  const document = await readFile(join(project.folder, "run.json"), "utf8");
  expect(page).toContain("Ended with exit code 0 on 1 host");
  expect(JSON.parse(document)).toMatchObject({
    run: { mode: "exec", exitCode: 0 },
    hosts: [{ name: "web1", state: "done" }],
  });
  const journal = project
    .journal()
    .map((event) => JSON.stringify(event))
    .join("\n");
  for (const text of [page, document, journal, listed.stdout]) expect(text).not.toContain(secret);
});

describe("facts", () => {
  const facts = (...args: readonly string[]) => tsPlay(project.folder, ["facts", "-i", "hosts.yaml", ...args]);

  test("are a table of those that are asked for, or all as JSON", async () => {
    const table = await facts("web:db", "--fact", "hostName,osRelease,architecture,interfaces");
    expect([table.exitCode, table.stderr]).toEqual([0, ""]);
    const [title, ...rows] = table.stdout.trimEnd().split("\n");
    expect(title).toMatch(/^host +name +system +arch +addresses$/);
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 3))).toEqual(
      ["web1", "web2", "web3", "db1"].map((name) => [name, name, "debian 12"]),
    );
    expect(rows[0]).toContain(lab().hosts[0]!.address);
    const json = JSON.parse((await facts("db1", "--output", "json")).stdout) as Record<string, { facts: object }>;
    expect(json.db1?.facts).toMatchObject({
      hostName: { live: "db1" },
      osRelease: { id: "debian", version: "12" },
      packageManager: "apt",
      memory: { totalBytes: expect.any(Number) as number },
    });
  });

  test("of a host that is not reached say so, and the exit code does", async () => {
    const table = await facts("web1,gone1", "--fact", "cpus", "--timeout", "10");
    expect([table.exitCode, table.stdout]).toEqual([
      4,
      expect.stringMatching(/^host +cpus\nweb1 +\d+\nUNREACHABLE gone1: /) as string,
    ]);
    const json = JSON.parse((await facts("gone1", "--timeout", "10", "--output", "json")).stdout) as object;
    expect(json).toMatchObject({ gone1: { state: "unreachable" } });
    expect((await facts("web1", "--fact", "cpu")).stderr).toContain("error CLI004: --fact cpu");
  });
});

test("one role is done with the variables of its playbook, on the hosts that are named", async () => {
  const { exitCode, stdout } = await tsPlay(project.folder, [
    ...["role", "marks", "--playbook", "marked.ts", "-i", "hosts.yaml", "-l", "web2"],
  ]);
  expect(exitCode, stdout).toBe(0);
  expect((await on("web2", "cat /srv/mark")).trim()).toBe("mark of web2");
  expect((await on("web1", "cat /srv/mark /srv/other 2>/dev/null || true")).trim()).toBe("");
  expect((await on("web2", "cat /srv/other 2>/dev/null || true")).trim()).toBe("");
  const unknown = await tsPlay(project.folder, ["role", "marks", "-i", "hosts.yaml", "-l", "web2"]);
  expect(unknown.stdout + unknown.stderr).toMatch(/CLI004: --role marks|CLI003/);
});

test("what is wrong is told before a host is asked", async () => {
  expect((await exec("web1")).stderr).toMatch(/^error CLI003: no command was given\. Fix: ts-play exec -i/);
  expect((await exec("webz", "--", "true")).stderr).toMatch(/^error CLI004: .*webz/);
  expect((await tsPlay(project.folder, ["exec", "all", "--", "true"])).stderr).toMatch(/^error CLI003: no inventory/);
});
