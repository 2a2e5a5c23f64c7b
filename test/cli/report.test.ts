import { chmod, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RunDocument } from "../../runner/report/document/run-document.ts";
import { installPrograms, outcomeHere, outcomeOf, type ProgramOutcome, withUserProject } from "../user-project.ts";

const SECRET = "hunter2-and-more";

const site = `import { command, defineInventory, definePlaybook, defineRole, file, play, secretText, sh, z } from "ts-play";

const note = defineRole({
  name: "note",
  summary: "A note.",
  vars: z.strictObject({ path: z.string(), token: secretText(), fails: z.boolean() }),
  tasks: ({ vars }) => [
    file({ path: vars.path, content: "first\\nsecond\\n", mode: "0640" }),
    command({ run: sh\`cat >/dev/null; date\`, stdin: vars.token, always: "each time" }),
    vars.fails && command({ run: sh\`cat; echo; exit 7\`, stdin: vars.token, unless: sh\`false\` }),
  ],
});

export default definePlaybook({
  summary: "A note on this machine.",
  inventory: defineInventory({
    groups: { all: z.object({}) },
    vars: z.object({ path: z.string(), token: z.string().meta({ secret: true }), fails: z.boolean().default(false) }),
  }),
  plays: ({ groups, vars }) => [play({ title: "Notes", on: groups.all, roles: [note(vars)] })],
});
`;

let folder = "";
let leave: () => void;
let gone: Promise<unknown>;
let server: Server;
let hook = "";
let posts: string[] = [];
let answer = 200;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      posts.push(body);
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  hook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/the-key`;
  await new Promise<void>((ready) => {
    gone = withUserProject({ "site.ts": site }, async (made) => {
      folder = made;
      await installPrograms(made);
      ready();
      await new Promise<void>((resolve) => {
        leave = resolve;
      });
    });
  });
}, 120_000);

afterAll(async () => {
  server.close();
  leave();
  await gone;
});

beforeEach(async () => {
  posts = [];
  answer = 200;
  await rm(join(folder, ".ts-play/runs"), { recursive: true, force: true });
  await rm(join(folder, ".ts-play/drift"), { recursive: true, force: true });
  await rm(join(folder, "note"), { force: true });
  const vars = `{ path: ${join(folder, "note")}, token: ${SECRET} }`;
  await writeFile(
    join(folder, "hosts.yaml"),
    `all: { vars: ${vars}, hosts: { localhost: { ansible_connection: local } } }\n`,
  );
});

const tsPlay = (...words: readonly string[]): Promise<ProgramOutcome> =>
  outcomeHere(join(folder, "node_modules/.bin/ts-play"), words, folder);

const run = (...more: readonly string[]) => tsPlay("site.ts", "-i", "hosts.yaml", "--no-type-check", ...more);
const drift = (...more: readonly string[]) =>
  tsPlay("drift", "site.ts", "-i", "hosts.yaml", "--no-type-check", ...more);
const text = (file: string) => readFile(join(folder, file), "utf8");

const KINDS = ["html", "json", "junit", "prometheus", "markdown"];

describe("reports of a run", { timeout: 60_000 }, () => {
  test("at its end are those of its journal later, whole, and none knows a secret", async () => {
    const wanted = KINDS.flatMap((kind) => ["--report", `${kind}=now.${kind}`]);
    const failed = await run("-e", "fails=true", "-vv", "--webhook", hook, ...wanted);
    expect(failed.exitCode, failed.stderr).toBe(3);
    const later = await tsPlay("report", ...KINDS.flatMap((kind) => [`--${kind}`, `later.${kind}`]), "--github");
    expect(later.exitCode, later.stderr).toBe(0);
    expect(later.stdout).toMatch(/^::error file=site\.ts,title=localhost%3A note\/command/);
    for (const kind of KINDS) {
      expect(await text(`later.${kind}`)).toBe(await text(`now.${kind}`));
      expect(await text(`now.${kind}`)).not.toContain(SECRET);
    }
    expect(await text("now.json")).toContain("***");
    expect((await stat(join(folder, "now.html"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "now.prometheus"))).mode & 0o777).toBe(0o644);
    expect((await readdir(folder)).filter((name) => /\.\d+(\.try)?$/.test(name))).toEqual([]);
    expect(posts).toHaveLength(1);
    expect(posts[0]).not.toContain(SECRET);
  });

  test("are listed, found by how an id begins, and shown as they were", async () => {
    await run();
    await run("--check");
    const { stdout } = await tsPlay("report", "--list");
    const [, ...rows] = stdout.trimEnd().split("\n");
    expect(rows.map((row) => row.split(/\s{2,}/).slice(3, 6))).toEqual([
      ["check", "1", "0"],
      ["apply", "1", "0"],
    ]);
    const id = rows[1]!.split(" ")[0]!;
    const again = await tsPlay("report", id.slice(0, -1));
    expect(again.stdout).toContain(`changed localhost: note/file ${join(folder, "note")}`);
    expect(await tsPlay("report", "2019")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error JRN002: no run "2019" .* Fix: choose one of: ts-play report --list\.\n$/),
    });
  });

  test("that cannot be written are refused before the run", async () => {
    await writeFile(join(folder, "plain"), "");
    const { exitCode, stderr } = await run("--report", "html=plain/run.html");
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("plain/run.html: error CLI012")]);
    expect(await readdir(folder)).not.toContain("note");
    expect((await run("--report", "pdf=x")).stderr).toContain("error CLI005: --report takes html=<file>, json=<file>");
  });
});

describe("a webhook", { timeout: 60_000 }, () => {
  test("that is refused is told without its key, and changes no exit code", async () => {
    answer = 404;
    const { exitCode, stderr } = await run("--webhook", hook);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("failed: it answered with status 404");
    expect(stderr).not.toContain("the-key");
    const [journal = ""] = await readdir(join(folder, ".ts-play/runs"));
    expect(await text(`.ts-play/runs/${journal}`)).not.toContain("the-key");
    expect((await tsPlay("report", "latest", "--webhook", hook)).exitCode).toBe(1);
  });

  test("for trouble alone stays silent when all is well", async () => {
    await run("--webhook", hook, "--webhook-when", "trouble");
    expect(posts).toEqual([]);
    await chmod(join(folder, "note"), 0o666);
    await drift("--webhook", hook, "--webhook-when", "trouble", "--webhook-format", "slack");
    expect(posts.map((post) => (JSON.parse(post) as { text: string }).text)).toEqual([
      expect.stringContaining("1 of 1 host drifted"),
    ]);
  });
});

describe("ts-play drift", { timeout: 60_000 }, () => {
  const documentOf = async (): Promise<RunDocument> => JSON.parse(await text("drift.json")) as RunDocument;

  test("says 2, 0 and 3 for drift, none and what could not be judged, and changes nothing", async () => {
    expect((await drift()).exitCode).toBe(2);
    expect(await readdir(folder)).not.toContain("note");
    await run();
    const synced = await drift();
    expect([synced.exitCode, synced.stdout]).toEqual([0, expect.stringContaining("In sync: 2 tasks on 1 host")]);
    await rm(join(folder, "note"));
    await outcomeOf("/bin/mkdir", [join(folder, "note")], folder);
    const failed = await drift("--save");
    await rm(join(folder, "note"), { recursive: true });
    expect([failed.exitCode, failed.stdout]).toEqual([3, expect.stringContaining("UNKNOWN localhost, since")]);
  });

  test.each([
    ["yes", "echo yes", 0, 0o640],
    ["no", "echo no", 2, 0o666],
    ["Ctrl-D", "while printf '\\004'; do sleep 0.3; done", 2, 0o666],
  ])("asks at a terminal before it repairs: %s", async (_, typing, exitCode, mode) => {
    await run();
    await chmod(join(folder, "note"), 0o666);
    // script(1) gives the program a terminal.
    const program = "node_modules/.bin/ts-play drift site.ts -i hosts.yaml --no-type-check --repair";
    const line = `${typing} | script -qec '${program}' /dev/null`;
    const asked = await outcomeHere("/bin/sh", ["-c", line], folder);
    expect(asked.stdout).toContain("Repair 1 task on localhost? Write yes: ");
    expect([asked.exitCode, (await stat(join(folder, "note"))).mode & 0o777]).toEqual([exitCode, mode]);
  });

  test("repairs what it reported: not what runs each time, and not without a yes", async () => {
    await run();
    await chmod(join(folder, "note"), 0o666);
    expect(await drift("--repair")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("error CLI009") });
    const { exitCode, stdout } = await drift("--save", "--repair", "--yes", "--report", "json=drift.json");
    expect(exitCode, stdout).toBe(0);
    expect((await stat(join(folder, "note"))).mode & 0o777).toBe(0o640);
    expect(stdout).toContain("1 task changed");
    expect((await documentOf()).drift?.findings).toHaveLength(1);
    await drift("--save", "--report", "json=drift.json");
    const { drift: found } = await documentOf();
    expect(found).toMatchObject({ findings: [], closed: [] });
    expect(found?.checks.map(({ findings }) => findings)).toEqual([...found!.checks.slice(1).map(() => 1), 0]);
  });
});
