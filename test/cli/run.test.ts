import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { installPrograms, outcomeHere, type ProgramOutcome, withUserProject } from "../user-project.ts";

const site = `import { defineInventory, definePlaybook, defineRole, file, play, z } from "ts-play";

const note = defineRole({
  name: "note",
  summary: "A note.",
  vars: z.strictObject({ path: z.string() }),
  tasks: ({ vars }) => [file({ path: vars.path, content: "first\\nsecond\\n" })],
});

export default definePlaybook({
  summary: "A note on this machine.",
  inventory: defineInventory({
    groups: { all: z.object({ greeting: z.string().meta({ secret: true }).default("none") }) },
    vars: z.object({ path: z.string() }),
  }),
  plays: ({ groups, vars }) => [play({ title: "Notes", on: groups.all, roles: [note({ path: vars.path })] })],
});
`;

describe("a run as a person meets it", () => {
  let folder = "";
  let path = "";
  let leave: () => void;
  let gone: Promise<unknown>;

  beforeAll(async () => {
    await new Promise<void>((ready) => {
      gone = withUserProject({ "site.ts": site }, async (made) => {
        folder = made;
        path = join(made, "hosts/note");
        await installPrograms(made);
        ready();
        await new Promise<void>((resolve) => {
          leave = resolve;
        });
      });
    });
  }, 60_000);

  afterAll(async () => {
    leave();
    await gone;
  });

  beforeEach(async () => {
    await rm(join(folder, "hosts"), { recursive: true, force: true });
    await mkdir(join(folder, "hosts"));
    const host = "{ localhost: { ansible_connection: local, greeting: hunter2 } }";
    await writeFile(join(folder, "hosts.yaml"), `all: { vars: { path: ${path} }, hosts: ${host} }\n`);
  });

  const tsPlay = (words: string, cwd = folder): Promise<ProgramOutcome> =>
    outcomeHere(join(folder, "node_modules/.bin/ts-play"), words.split(" "), cwd);

  test("shows a new file with --diff as lines that come, and without as its size", async () => {
    const { stdout } = await tsPlay("site.ts -i hosts.yaml --check --diff --no-type-check");
    expect(stdout).toContain(
      [
        "    content: (absent) -> 13 bytes",
        `      --- ${path} (now)`,
        `      +++ ${path} (wanted)`,
        "      @@ -0,0 +1,2 @@",
        "      +first",
        "      +second",
      ].join("\n"),
    );
    await writeFile(path, "other\n");
    expect((await tsPlay("site.ts -i hosts.yaml --check")).stdout).toContain("(content: 6 bytes -> 13 bytes");
  });

  test("shows with --diff no old line of a file that is private, and all that is new", async () => {
    await writeFile(path, "old password\n-- first\nsecond\n", { mode: 0o600 });
    const { stdout } = await tsPlay("site.ts -i hosts.yaml --check --diff --no-type-check");
    expect(stdout).toContain(["@@ -1,3 +1,2 @@", "-***", "-***", "+first", " second"].join("\n      "));
    expect(stdout).not.toMatch(/old password|-- first/);
  });

  test("shows with --check --diff no secret that an earlier task would write", async () => {
    const secretSite = site
      .replace(
        /tasks: .*/,
        'tasks: ({ vars }) => ["correct-horse", "plain"].map((text) => line({ path: vars.path, line: text === "plain" ? text : secret(text), create: true })),',
      )
      .replace("file,", "line, secret,");
    await writeFile(join(folder, "secret.ts"), secretSite);
    const { stdout } = await tsPlay("secret.ts -i hosts.yaml --check --diff --no-type-check");
    expect(stdout).toMatch(/@@ -1,1 \+1,2 @@\n +\*\*\*\s+\+plain/);
    expect(stdout).not.toContain("correct-horse");
  });

  test("is named by the path from the working directory, and found again from another", async () => {
    expect((await tsPlay("site.ts -i hosts.yaml")).stdout).toMatch(/^site\.ts, 1 host/);
    const other = join(folder, "hosts");
    const again = await tsPlay("../site.ts -i ../hosts.yaml --resume", other);
    expect(again.stderr).toBe("");
    expect(again.stdout).toContain("Nothing to change");
  });

  test("from a plan compares first, and shows one report", async () => {
    await tsPlay("plan site.ts -i hosts.yaml -o plan.json");
    const { stdout, exitCode } = await tsPlay("apply plan.json");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^comparing the hosts with the plan\nsite\.ts, 1 host/);
    expect(stdout).not.toContain("would change");
    expect(await readdir(join(folder, "hosts"))).toEqual(["note"]);
  });

  test("from a stale plan changes nothing, and says what differs and what to do", async () => {
    await tsPlay("plan site.ts -i hosts.yaml -o plan.json");
    await writeFile(path, "first\nsecond\n");
    const { stdout, stderr, exitCode } = await tsPlay("apply plan.json");
    expect({ stdout, stderr, exitCode }).toEqual({
      exitCode: 6,
      stdout: "comparing the hosts with the plan\n",
      stderr: `the hosts are not as they were when this plan was made:
  localhost: note/file ${path} is not wanted any more
Fix: make a new plan and look at it.
`,
    });
  });

  test("from a plan that was made with a secret asks for the secret again, and the plan does not hold it", async () => {
    const secret = "correct-horse";
    const planned = await tsPlay(`plan site.ts -i hosts.yaml -o plan.json -e greeting=${secret}`);
    expect(planned.stderr).toContain("to carry it out: ts-play apply plan.json -e @secrets.yaml\n");
    expect(await readFile(join(folder, "plan.json"), "utf8")).not.toContain(secret);
    const without = await tsPlay("apply plan.json");
    expect(without.exitCode).toBe(1);
    expect(without.stderr).toMatch(/^plan\.json: error PLN002: .*greeting\. Fix: .*-e @secrets\.yaml\.\n$/);
    await writeFile(join(folder, "secrets.yaml"), "greeting: wrong\n", { mode: 0o600 });
    expect((await tsPlay("apply plan.json -e @secrets.yaml")).exitCode).toBe(6);
    expect(await readdir(join(folder, "hosts"))).toEqual([]);
    await writeFile(join(folder, "secrets.yaml"), `greeting: ${secret}\n`, { mode: 0o600 });
    expect((await tsPlay("apply plan.json -e @secrets.yaml")).exitCode).toBe(0);
    expect(await readdir(join(folder, "hosts"))).toEqual(["note"]);
    const runs = join(folder, ".ts-play/runs");
    const journals = await Promise.all((await readdir(runs)).map((name) => readFile(join(runs, name), "utf8")));
    expect(journals.join("")).not.toContain(secret);
  });

  test.each([
    "inventory -i hosts.yaml --host localhost",
    "inventory -i hosts.yaml --json",
    "explain localhost greeting -i hosts.yaml",
  ])("masks what the playbook's contract marks as secret: ts-play %s", async (words) => {
    expect((await tsPlay(words)).stdout).toContain("hunter2");
    const { stdout } = await tsPlay(`${words} -p site.ts`);
    expect(stdout).toContain("greeting");
    expect(stdout).not.toContain("hunter2");
  });

  test.each([
    ["site.ts -i localhost,", '-i "localhost,": error VAR005'],
    ["site.ts -i hosts.yaml --only x/y", "Fix: see ts-play site.ts -i hosts.yaml --list-tasks.\n"],
    ["inventory -i hosts.yaml --host zzz", "Fix: see ts-play inventory -i hosts.yaml --graph.\n"],
  ])("says what to type next: ts-play %s", async (words, said) => {
    const { stderr, exitCode } = await tsPlay(words);
    expect(stderr).toContain(said);
    expect(exitCode).toBe(1);
  });
});
