import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { afterEach, describe, expect, test, vi } from "vitest";
import { makeProgram } from "../../runner/cli/program.ts";
import { InputError } from "../../runner/errors.ts";

const entry = join(import.meta.dirname, "../../bin/ts-play.js");

/** What the words are answered with when they are wrong; none of them gets as far as to read a file. */
async function refusal(...words: readonly string[]): Promise<string> {
  const error: unknown = await makeProgram(() => undefined)
    .parseAsync([...words], { from: "user" })
    .catch((thrown: unknown) => thrown);
  if (error instanceof InputError) return error.message;
  throw new Error("it was accepted", { cause: error });
}

const wrong: Readonly<Record<string, readonly (readonly [words: string, answer: string])[]>> = {
  "a word that is not known": [
    [
      "site.ts --inventroy x",
      'error CLI001: unknown option "--inventroy" (did you mean "--inventory"?). Fix: write "--inventory".',
    ],
    ["plan site.ts --xyzzy", 'error CLI001: unknown option "--xyzzy". Fix: see ts-play plan --help.'],
    ["site.ts -Z", 'error CLI001: unknown option "-Z". Fix: see ts-play --help.'],
    [
      "invntory",
      'error CLI001: "invntory" is neither a command nor a playbook (did you mean "inventory"?). Fix: write ts-play inventory.',
    ],
    ["lab upp", 'error CLI001: unknown command "upp" (did you mean "up"?). Fix: write "up".'],
    ["drfit site.ts -i h", 'error CLI001: unknown command "drfit" (did you mean "drift"?). Fix: write "drift".'],
    ["site.ts db.ts -i h", 'error CLI001: nothing is known to do with "db.ts". Fix: see ts-play --help.'],
    ["-i h plan site.ts", 'error CLI001: "plan" is a command. Fix: write it first: ts-play plan.'],
  ],
  "a flag that is given twice": [
    ["site.ts -l a --limit b", "error CLI002: --limit is given twice. Fix: give it once."],
    ["inventory --host a --host b", "error CLI002: --host is given twice. Fix: give it once."],
  ],
  "something that lacks": [
    ["", "error CLI003: no <playbook> was given. Fix: see ts-play --help."],
    ["apply", "error CLI003: no <plan.json> was given. Fix: see ts-play apply --help."],
    ["site.ts", "error CLI003: no inventory was given. Fix: ts-play site.ts -i hosts.yaml."],
    ["site.ts --limit", "error CLI003: --limit is given no value. Fix: write --limit <pattern>."],
    ["site.ts --limit=", "error CLI003: --limit is given no value. Fix: write --limit <pattern>."],
    [
      "site.ts --limit --check",
      "error CLI003: --limit is followed by --check, which is a flag. Fix: write --limit <pattern>.",
    ],
    ["site.ts -l -C", "error CLI003: --limit is followed by -C, which is a flag. Fix: write --limit <pattern>."],
  ],
  "a value out of its range": [
    ["site.ts --forks 0", 'error CLI005: --forks takes a whole number from 1 to 10000, not "0".'],
    ["site.ts --forks 100000", 'error CLI005: --forks takes a whole number from 1 to 10000, not "100000".'],
    ["site.ts -f abc", 'error CLI005: --forks takes a whole number from 1 to 10000, not "abc".'],
    ["site.ts -T 1.5", 'error CLI005: --timeout takes a whole number from 1 to 3600, not "1.5".'],
    ["site.ts --output xml", 'error CLI005: --output takes one of lines, tree, json, not "xml".'],
    ["site.ts -t a,,b", 'error CLI005: --tags takes names with commas between them, not "a,,b".'],
  ],
  "a flag that Ansible has": [
    [
      "site.ts -m ping",
      "error CLI001: there is no -m here. Fix: there are only playbooks: write a role with command({ ... }).",
    ],
    [
      "site.ts --become-user bob",
      "error CLI001: there is no --become-user here. Fix: set ansible_become_user in the inventory, or becomeUser on a task.",
    ],
    ["site.ts --start-at-task x", "error CLI001: there is no --start-at-task here. Fix: write --start-at."],
    [
      "site.ts --step",
      "error CLI001: there is no --step here. Fix: not there yet; --only and --start-at choose tasks.",
    ],
  ],
};

describe.each(Object.entries(wrong))("%s is told in one line", (_, cases) => {
  test.each(cases)("ts-play %s", async (words, answer) => {
    expect(await refusal(...words.split(" ").filter(Boolean))).toBe(answer);
  });
});

test.each(["--password", "--become-password", "--ansible-password", "--ansible_become_pass", "--sudo-pass"])(
  "%s is refused, and the password is not repeated",
  async (flag) => {
    for (const words of [[flag, "hunter2"], [`${flag}=hunter2`], [`${flag}=it's`]]) {
      const answer = await refusal("site.ts", ...words);
      expect(answer).toContain(`error CLI008: ${flag}: a password on the command line is seen by everybody`);
      expect(answer).not.toMatch(/hunter2|it's/);
    }
  },
);

describe("a variable that stands for a flag", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("is checked as the flag is, and named", async () => {
    vi.stubEnv("TS_PLAY_FORKS", "many");
    expect(await refusal("site.ts")).toBe(
      'error CLI005: TS_PLAY_FORKS takes a whole number from 1 to 10000, not "many".',
    );
  });

  test("gives way to the flag", async () => {
    vi.stubEnv("TS_PLAY_FORKS", "many");
    expect(await refusal("site.ts", "-f", "3")).toContain("CLI003: no inventory");
  });
});

test("a flag of names may be given again, and adds to them", async () => {
  vi.stubEnv("TS_PLAY_INVENTORY", "");
  const program = makeProgram(() => undefined);
  const run = program.commands.find((command) => command.name() === "run");
  await program.parseAsync(["site.ts", "-t", "a,b", "-t", "c"], { from: "user" }).catch(() => undefined);
  expect(run?.opts()).toMatchObject({ tags: ["a", "b", "c"] });
  vi.unstubAllEnvs();
});

describe("the help", () => {
  const helpOf = (...words: string[]) =>
    makeProgram(() => undefined)
      .commands.find((one) => one.name() === words[0])!
      .helpInformation();

  test("of ts-play has the flags of a run, and says what holds without them in words", () => {
    const text = makeProgram(() => undefined).helpInformation();
    for (const flag of ["--check", "--limit", "--forks", "--become", "--no-type-check"]) expect(text).toContain(flag);
    expect(text).toContain("(default: all)");
    expect(text).not.toMatch(/\[\]|undefined/);
  });

  test("of a command has its own flags only", () => {
    expect(helpOf("plan")).toContain("--exit-code");
    expect(helpOf("plan")).not.toContain("--resume");
    expect(helpOf("inventory")).not.toContain("--forks");
  });
});

describe("bin/ts-play.js", () => {
  const asNode = (version: string) =>
    `Object.defineProperty(process, "versions", { value: { node: "${version}" } }); require(${JSON.stringify(entry)})`;

  test.each(["8.17.0", "18.20.4", "20.18.3"])("tells Node %s that it is too old", (version) => {
    const { status, stderr, stdout } = spawnSync(process.execPath, ["-e", asNode(version)], { encoding: "utf8" });
    expect({ status, stderr, stdout }).toEqual({
      status: 1,
      stderr: `error CLI011: Node ${version} is too old for ts-play. Fix: install Node 20.19 or newer.\n`,
      stdout: "",
    });
  });

  test("is written in words that old Nodes understand", () => {
    const source = readFileSync(entry, "utf8");
    const options = { loader: "js", format: "cjs", supported: { "dynamic-import": true } } as const;
    const as = (target: string) => transformSync(source, { ...options, target }).code;
    expect(as("es2017")).toBe(as("esnext"));
  });
});
