import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const program = join(import.meta.dirname, "../../bin/ts-play.js");
const plain = 'db_password: "grün & blau"\npin: 15432\n';
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ts-play-vault-test-"));
  for (const [name, text] of Object.entries({ one: "first password\n", two: "  second password\n", wrong: "nonsense" }))
    await write(name, text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFile(join(folder, name), text, { mode: 0o600 });
const read = (name: string) => readFile(join(folder, name), "utf8");

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in the folder, with a standard input. */
function outcomeOf(file: string, args: readonly string[], input = "", env: object = {}): Promise<Outcome> {
  const done = run(file, args, { cwd: folder, env: { PATH: process.env.PATH, HOME: folder, ...env } });
  done.child.stdin?.end(input);
  return done.then(
    ({ stdout, stderr }) => ({ exitCode: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ ...error, exitCode: error.code }),
  );
}
const ansible = (args: readonly string[], input?: string) => outcomeOf("ansible-vault", args, input);
const vault = (args: readonly string[], input?: string, env?: object) =>
  outcomeOf(process.execPath, [program, "vault", ...args], input, env);
const good = async (outcome: Promise<Outcome>): Promise<string> => {
  const { exitCode, stdout, stderr } = await outcome;
  expect(exitCode, stderr).toBe(0);
  return stdout;
};

/** What is typed at a terminal, a line for each question that is asked there. */
async function typed(command: string, lines: readonly string[]) {
  const child = spawn("script", ["-qec", `${process.execPath} ${program} ${command}`, "/dev/null"], { cwd: folder });
  const waiting = [...lines];
  let screen = "";
  child.stdout.on("data", (chunk: Buffer) => {
    screen += chunk.toString();
    if (/password[^\n]*: $/.test(screen)) child.stdin.write(`${waiting.shift()}\r`);
  });
  const [exitCode] = (await once(child, "close")) as [number];
  return { exitCode, screen };
}

describe("with the real ansible-vault", () => {
  test("what it encrypts is read, and what is encrypted here it reads", async () => {
    for (const key of [
      ["--vault-password-file", "one"],
      ["--vault-id", "prod@two"],
    ]) {
      await write("theirs.yaml", plain);
      await write("ours.yaml", plain);
      await good(ansible(["encrypt", ...key, "theirs.yaml"]));
      await good(vault(["encrypt", ...key, "ours.yaml"]));
      const headers = await Promise.all(
        ["theirs.yaml", "ours.yaml"].map(async (name) => (await read(name)).split("\n")[0]),
      );
      expect(headers[0]).toBe(headers[1]);
      expect(await good(vault(["view", ...key, "theirs.yaml"]))).toBe(plain);
      expect(await good(ansible(["view", ...key, "ours.yaml"]))).toBe(plain);
    }
  });

  test("a value that is encrypted here is one of its playbooks' values", async () => {
    const yaml = await good(vault(["encrypt-string", "--name", "token", "--vault-id", "prod@two"], "s3cret & more\n"));
    await write("hosts.yaml", `all:\n  hosts:\n    one:\n${yaml.replace(/^(?=.)/gm, "      ")}`);
    const [theirs, ours] = await Promise.all([
      good(
        outcomeOf("ansible", [
          "-i",
          "hosts.yaml",
          "-c",
          "local",
          "-m",
          "debug",
          "-a",
          "var=token",
          "one",
          "--vault-id",
          "prod@two",
        ]),
      ),
      good(
        outcomeOf(process.execPath, [
          program,
          "inventory",
          "-i",
          "hosts.yaml",
          "--host",
          "one",
          "--vault-id",
          "prod@two",
        ]),
      ),
    ]);
    expect(theirs).toContain('"token": "s3cret & more"');
    expect(ours).toContain('token = "***"');
  });

  test("an edited and a rekeyed file, and one with the passwords mixed", async () => {
    await write("file.yaml", plain);
    await good(ansible(["encrypt", "--vault-id", "prod@two", "file.yaml"]));
    await write("append", '#!/bin/sh\nls -ld "$(dirname "$1")" "$1" >looked; echo "more: 1" >>"$1"\n');
    await chmod(join(folder, "append"), 0o700);
    await good(
      vault(["edit", "file.yaml", "--vault-id", "dev@one", "--vault-id", "prod@two"], "", { EDITOR: "./append" }),
    );
    expect((await read("file.yaml")).split("\n")[0]).toBe("$ANSIBLE_VAULT;1.2;AES256;prod");
    expect(await good(ansible(["view", "--vault-id", "prod@two", "file.yaml"]))).toBe(`${plain}more: 1\n`);
    expect(await read("looked")).toMatch(/^drwx------.*\/dev\/shm\/[\s\S]*\n-rw-------.*file\.yaml\n$/);
    await good(vault(["rekey", "file.yaml", "--vault-id", "prod@two", "--new-vault-password-file", "one"]));
    expect(await good(ansible(["view", "--vault-password-file", "one", "file.yaml"]))).toBe(`${plain}more: 1\n`);
  });
});

describe("the files", () => {
  const encrypted = async (name: string): Promise<void> => {
    await write(name, plain);
    await good(vault(["encrypt", name, "--vault-password-file", "one"]));
  };
  const key = ["--vault-password-file", "one"];
  const leftOvers = async () => (await readdir("/dev/shm")).filter((name) => name.startsWith("ts-play-vault"));

  test("are private, and links stay links", async () => {
    await write("real.yaml", plain);
    await chmod(join(folder, "real.yaml"), 0o644);
    await symlink("real.yaml", join(folder, "link.yaml"));
    await good(vault(["encrypt", "link.yaml", ...key]));
    expect((await stat(join(folder, "real.yaml"))).mode & 0o777).toBe(0o600);
    expect(await read("real.yaml")).toContain("$ANSIBLE_VAULT");
    await good(vault(["decrypt", "link.yaml", ...key]));
    expect(await read("real.yaml")).toBe(plain);
  });

  test("stay as they are when the password is wrong, when one of them is damaged, and when the editor fails", async () => {
    await encrypted("a.yaml");
    const before = await read("a.yaml");
    await write("b.yaml", before.split("\n").slice(0, 3).join("\n"));
    const wrong = await vault(["decrypt", "a.yaml", "--vault-password-file", "wrong"]);
    expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^a.yaml: error VLT002/) as string });
    const damaged = await vault(["rekey", "a.yaml", "b.yaml", ...key, "--new-vault-password-file", "two"]);
    expect(damaged).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^b.yaml:3: error VLT003/) as string });
    const failed = await vault(["edit", "a.yaml", ...key], "", { EDITOR: "sh -c 'echo lost >\"$0\"; exit 3'" });
    expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("VLT009") as string });
    expect(await read("a.yaml")).toBe(before);
    expect(await leftOvers()).toEqual([]);
  });

  test("are not made too large to be read again", async () => {
    const largest = "x".repeat(1.9 * 1024 * 1024);
    await write("large.yaml", largest);
    await good(vault(["encrypt", "large.yaml", ...key]));
    const { stdout } = await outcomeOf("sh", [
      "-c",
      `"${process.execPath}" "${program}" vault view large.yaml ${key.join(" ")} | wc -c`,
    ]);
    expect(Number(stdout)).toBe(largest.length);
    await write("larger.yaml", `${largest}${largest}`);
    const { exitCode, stderr } = await vault(["encrypt", "larger.yaml", ...key]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("error VLT010")]);
    expect(await read("larger.yaml")).toBe(`${largest}${largest}`);
  });

  test("that somebody else changes under an editor keep that change, and the new text is kept as well", async () => {
    await encrypted("shared.yaml");
    const { exitCode, stderr } = await vault(["edit", "shared.yaml", ...key], "", {
      EDITOR: "sh -c 'echo mine: 1 >>\"$0\"; echo theirs >shared.yaml'",
    });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("changed by somebody else")]);
    expect(await read("shared.yaml")).toBe("theirs\n");
    const copy = /encrypted, in (\S+)\.$/m.exec(stderr)?.[1] ?? "";
    expect(await good(vault(["view", copy, ...key]))).toBe(`${plain}mine: 1\n`);
    await rm(join(copy, ".."), { recursive: true });
    expect(await leftOvers()).toEqual([]);
  });

  test("that grow too large in an editor stay as they were, and the new text is kept as well", async () => {
    await encrypted("grown.yaml");
    const before = await read("grown.yaml");
    const { exitCode, stderr } = await vault(["edit", "grown.yaml", ...key], "", {
      EDITOR: "sh -c 'head -c 2100000 /dev/zero | tr \\\\0 x >>\"$0\"'",
    });
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^grown.yaml: error VLT010: .* split the file; /)]);
    expect(await read("grown.yaml")).toBe(before);
    const copy = /encrypted, in (\S+)\.$/m.exec(stderr)?.[1] ?? "";
    await good(vault(["decrypt", copy, ...key]));
    expect((await stat(copy)).size).toBe(Buffer.byteLength(plain) + 2_100_000);
    await rm(join(copy, ".."), { recursive: true });
    expect(await leftOvers()).toEqual([]);
  });

  test("of an editor are gone when the process is ended", async () => {
    await encrypted("slow.yaml");
    const child = spawn(process.execPath, [program, "vault", "edit", "slow.yaml", ...key], {
      cwd: folder,
      env: { PATH: process.env.PATH, EDITOR: "sh -c 'touch editing; exec sleep 60'" },
    });
    const ended = once(child, "close");
    while (!(await readdir(folder)).includes("editing")) await new Promise((done) => setTimeout(done, 50));
    expect(await leftOvers()).toHaveLength(1);
    child.kill("SIGTERM");
    await ended;
    expect(await leftOvers()).toEqual([]);
  });
});

describe("passwords", () => {
  test("come from a program, which is told the label when it wants to know", async () => {
    await write("pass-client.sh", '#!/bin/sh\n[ "$1 $2" = "--vault-id prod" ] && echo "second password"\n');
    await write("broken", "#!/bin/sh\necho locked >&2\nexit 4\n");
    for (const name of ["pass-client.sh", "broken"]) await chmod(join(folder, name), 0o700);
    await write("by-program.yaml", plain);
    await good(vault(["encrypt", "by-program.yaml", "--vault-id", "prod@pass-client.sh"]));
    expect(await good(ansible(["view", "by-program.yaml", "--vault-id", "prod@two"]))).toBe(plain);
    const { exitCode, stderr } = await vault(["view", "by-program.yaml", "--vault-password-file", "broken"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^broken: error VLT007: .* exit 4: locked\./)]);
  });

  test("come from the variable that Ansible knows", async () => {
    await write("by-variable.yaml", plain);
    const env = { ANSIBLE_VAULT_PASSWORD_FILE: join(folder, "one") };
    await good(vault(["encrypt", "by-variable.yaml"], "", env));
    expect(await good(vault(["view", "by-variable.yaml"], "", env))).toBe(plain);
  });

  test("are typed, twice when they are new, and not shown", async () => {
    await write("by-hand.yaml", plain);
    const made = await typed("vault encrypt by-hand.yaml", ["typed words", "typed words"]);
    expect([made.exitCode, made.screen]).toEqual([0, expect.not.stringContaining("typed words")]);
    const seen = await typed("vault view by-hand.yaml --vault-id x@prompt", ["typed words"]);
    expect(seen.screen).toContain("vault password of x:");
    expect(seen.screen).toContain("pin: 15432");
    const differs = await typed("vault encrypt one", ["one", "two"]);
    expect([differs.exitCode, differs.screen]).toEqual([1, expect.stringContaining("differ")]);
  });

  test("are not taken from files that others may read", async () => {
    await write("open", "first password");
    await chmod(join(folder, "open"), 0o644);
    const { exitCode, stderr } = await vault(["encrypt", "one", "--vault-password-file", "open"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("VLT004")]);
  });
});

test("no secret is taken from the command line", async () => {
  const { exitCode, stderr } = await vault(["encrypt-string", "hunter2-on-argv", "--vault-password-file", "one"]);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("CLI008")]);
  expect(stderr).not.toContain("hunter2");
});
