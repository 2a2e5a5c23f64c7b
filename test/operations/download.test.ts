import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commandText } from "../../runner/define/command.ts";
import { secret } from "../../runner/define/secret.ts";
import type { RunStep } from "../../runner/define/step.ts";
import { download } from "../../runner/operations/download.ts";
import { fileHash } from "../../runner/probes/file-hash.ts";
import { type ExistingPath, pathState } from "../../runner/probes/path-state.ts";
import { runProbe, type Shell, shells, temporaryFolder } from "../probes/run-probe.ts";
import { serveFolder } from "./serve-folder.ts";
import { carryOut, changesOf, wanted } from "./take-steps.ts";

const sha256 = createHash("sha256").update("the tool").digest("hex");
const other = createHash("sha256").update("another").digest("hex");
const args = { path: "/opt/tool", url: "https://example.com/tool", sha256, mode: "0755" };
const right: ExistingPath = { type: "file", mode: "0755", owner: "root", group: "root", size: 8 };

test.each([
  [
    "nothing is there",
    { type: "absent" } as const,
    undefined,
    [`sha256: (absent) -> ${sha256}`, "mode: (absent) -> 0755", "owner: (absent) -> root", "group: (absent) -> root"],
  ],
  ["the hash is right", right, sha256, []],
  ["the hash differs", right, other, [`sha256: ${other} -> ${sha256}`]],
  ["only the mode differs", { ...right, mode: "0644" }, sha256, ["mode: 0644 -> 0755"]],
])("when %s", (_, state, hash, changes) => {
  const steps = download.plan({ args, current: { state, hash } });
  expect(changesOf(steps)).toEqual(changes);
  for (const { touches } of steps) expect(touches).toEqual(["path:/opt/tool"]);
});

test("a plan for a bare host foretells the hash", () => {
  const [step] = download.plan({ args, current: { state: { type: "absent" }, hash: undefined } });
  const answers = new Map(step!.effects.map(({ probe, answer }) => [probe.key, answer(undefined)]));
  expect(answers.get(fileHash(args.path).key)).toBe(sha256);
  expect(answers.get(pathState(args.path).key)).toEqual({ type: "file", mode: "0755", owner: "root", group: "root" });
});

test("a folder in its place is refused", () => {
  const plan = () => download.plan({ args, current: { state: { ...right, type: "directory" }, hash: undefined } });
  expect(plan).toThrow("/opt/tool is a directory, not a file");
});

test.each([
  [{ url: "ftp://example.com/x" }, /https:, http: or file:/],
  [{ url: "/x" }, /https:, http: or file:/],
  [{ url: [] }, /url/],
  [{ url: "https://user:pw@example.com/x" }, /must not hold a user or password/],
  [{ url: "https://example.com/x\nreboot" }, /without spaces/],
  [{ sha256: "abc" }, /64 hexadecimal digits/],
  [{ env: { "A-B": "x" } }, /name of a variable/],
])("%j is refused", (wrong, message) => {
  expect(() => download({ ...args, ...wrong })).toThrow(message);
});

test("a secret in the environment stays out of the command", () => {
  const withProxy = { ...args, env: { https_proxy: secret("http://u:hunter2@proxy") } };
  const steps = download.plan({ args: withProxy, current: { state: { type: "absent" }, hash: undefined } });
  expect(JSON.stringify(steps)).not.toContain("hunter2");
});

/** A shell that has only one of the two programs. */
function only(program: "curl" | "wget", folder: string): Shell {
  const programs = "sha256sum mktemp rm mkdir chown chmod sync mv cp stat cat".split(" ");
  mkdirSync(join(folder, "bin"));
  for (const name of [...programs, program]) symlinkSync(`/usr/bin/${name}`, join(folder, "bin", name));
  return { name: program, command: ["env", `PATH=${join(folder, "bin")}`, "/usr/bin/dash"] };
}

describe.each(["curl", "wget", "busybox"] as const)("on a real host with %s", (kind) => {
  test("takes the first mirror with the right bytes, and fetches nothing when all is right", async () => {
    const [served, folder] = [temporaryFolder(), temporaryFolder()];
    const shell = kind === "busybox" ? shells[2]! : only(kind, served);
    writeFileSync(join(served, "wrong"), "an old tool");
    writeFileSync(join(served, "right"), "the tool");
    const base = `http://127.0.0.1:${await serveFolder(served)}`;
    const path = join(folder, "it's a tool");
    const url = [`http://127.0.0.1:1/x`, `${base}/missing`, `${base}/wrong`, `${base}/right`, `${base}/never`];
    const task = download({ ...args, path, url, owner: "daemon", sha256: sha256.toUpperCase() });

    carryOut(task, shell);
    expect(carryOut(task, shell)).toEqual([]);
    chmodSync(path, 0o600);
    expect(carryOut(task, shell)).toHaveLength(1);
    expect(runProbe(pathState(path), shell)).toMatchObject({ mode: "0755", owner: "daemon", size: 8 });
    expect(new Set(readFileSync(join(served, "requests"), "utf8").trim().split("\n"))).toEqual(
      new Set(["/missing", "/wrong", "/right"]),
    );
    expect(readdirSync(folder)).toEqual(["it's a tool"]);
  });
});

test("bytes with another hash never get to the path, and each mirror is named with what it had", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a%20b"), "another");
  const url = [`file://${folder}/a%2520b`, `file://${folder}/none`];
  const fetch = () => carryOut(download({ ...args, path: join(folder, "tool"), url }));
  expect(fetch).toThrow(new RegExp(`a%20b: sha256 is ${other}, wanted is ${sha256}\n[^]*none: could not be fetched`));
  expect(existsSync(join(folder, "tool"))).toBe(false);
  expect(readdirSync(folder)).toEqual(["a%20b"]);
});

test.each(["dash", "bash"])(
  "in %s, a fetch that is ended leaves nothing behind, and takes away what a lost host left",
  async (shell) => {
    const [served, folder] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(folder, ".ts-play-left"));
    const url = `http://127.0.0.1:${await serveFolder(served)}/slow`;
    const [step] = wanted(download({ ...args, path: join(folder, "tool"), url }));
    const script = commandText((step as RunStep).command, String);
    const child = spawn(shell, ["-c", script], { stdio: "ignore", detached: true });
    await until(() => existsSync(join(served, "requests")));
    expect(readdirSync(folder)).toHaveLength(1);
    process.kill(-child.pid!, "SIGTERM");
    await once(child, "exit");
    expect(readdirSync(folder)).toEqual([]);
  },
);

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
