import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { contentHash } from "../../runner/define/content.ts";
import { unpack } from "../../runner/operations/unpack.ts";
import type { PathState } from "../../runner/probes/path-state.ts";
import { shells, temporaryFolder } from "../probes/run-probe.ts";
import { serveFolder } from "./serve-folder.ts";
import { carryOut, changesOf } from "./take-steps.ts";

const sha256 = "a".repeat(64);
const args = { path: "/opt/tool", archive: "/root/tool.tgz", sha256 };
const stamp = contentHash(`sha256=${sha256} strip=0 owner=root:root\n`);
const plan = (folder: PathState["type"], hash: string | undefined, more: object = {}) =>
  unpack.plan({
    args: { ...args, ...more },
    current: {
      folder: folder === "absent" ? { type: folder } : { type: folder, mode: "0755", owner: "root", group: "root" },
      stamp: hash,
    },
  });

test("the stamp decides, whatever is or is not in the folder", () => {
  expect(plan("directory", stamp)).toEqual([]);
  expect(changesOf(plan("absent", undefined))).toEqual([`archive: (absent) -> sha256 ${sha256}`]);
  expect(changesOf(plan("directory", contentHash("x")))).toEqual([`archive: another archive -> sha256 ${sha256}`]);
  expect(plan("directory", stamp, { strip: 1 })).toHaveLength(1);
  expect(plan("directory", stamp, { owner: "app" })).toHaveLength(1);
});

test("all below the folder is touched, and the stamp is foretold", () => {
  const [step] = plan("absent", undefined);
  expect(step!.touches).toEqual(["path:/opt", "tree:/opt/tool"]);
  const foretold = step!.effects.map(({ probe, answer }) => [probe.key, answer({ type: "absent" })]);
  expect(foretold).toContainEqual(['fileHash "/opt/tool/.unpacked"', stamp]);
  expect(foretold).toContainEqual(['pathExists "/opt/tool"', true]);
});

test("a file in the place of the folder, and half given arguments, are refused", () => {
  expect(() => plan("file", undefined)).toThrow("/opt/tool is a file, not a folder");
  expect(() => unpack({ ...args, url: "https://example.com/x" })).toThrow(/one of the two/);
  expect(() => unpack({ path: "/opt/tool", sha256 })).toThrow(/one of the two/);
  expect(() => unpack({ ...args, stamp: "../x" })).toThrow(/plain file name/);
});

const hashOf = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Packs a folder that `fill` has filled. */
function pack(fill: (folder: string) => void, options: readonly string[] = ["-cz"]) {
  const [folder, out] = [temporaryFolder(), temporaryFolder()];
  fill(folder);
  const members = options.length === 1 ? readdirSync(folder) : [];
  const archive = join(out, "it's an archive");
  execFileSync("tar", ["-C", folder, "-f", archive, ...options, ...members], { stdio: ["ignore", "ignore", "ignore"] });
  return { archive, sha256: hashOf(archive) };
}

const tool = (version: string) => (folder: string) => {
  mkdirSync(join(folder, `tool-${version}/lib/deep`), { recursive: true });
  writeFileSync(join(folder, `tool-${version}/run`), version);
  chmodSync(join(folder, `tool-${version}/run`), 0o4775);
  writeFileSync(join(folder, `tool-${version}/lib/.hidden`), version);
  writeFileSync(join(folder, `tool-${version}/lib/deep/only-${version}`), version);
  linkSync(join(folder, `tool-${version}/run`), join(folder, `tool-${version}/same`));
  symlinkSync("../../run", join(folder, `tool-${version}/lib/deep/up`));
};

describe.each(shells)("on a real host with $name", (shell) => {
  test("unpacks, wants nothing more, and takes the next version in while files of others stay", () => {
    const path = join(temporaryFolder(), "it's a folder");
    carryOut(unpack({ path, ...pack(tool("1")), strip: 1, owner: "daemon" }), shell);
    writeFileSync(join(path, "lib/mine"), "mine");
    const held = statSync(join(path, "run")).ino;
    const next = unpack({ path, ...pack(tool("2"), ["-cJ"]), strip: 1, owner: "daemon" });
    carryOut(next, shell);
    expect(carryOut(next, shell)).toEqual([]);

    expect(readdirSync(path).sort()).toEqual([".unpacked", "lib", "run", "same"]);
    expect(readdirSync(join(path, "lib/deep")).sort()).toEqual(["only-1", "only-2", "up"]);
    expect(readFileSync(join(path, "lib/.hidden"), "utf8")).toBe("2");
    expect(readFileSync(join(path, "lib/mine"), "utf8")).toBe("mine");
    expect(statSync(join(path, "run"))).toMatchObject({ uid: 1, gid: 0 });
    expect(statSync(join(path, "run")).mode & 0o0777).toBe(0o755);
    expect(statSync(join(path, "run")).ino).not.toBe(held);
    expect(readlinkSync(join(path, "lib/deep/up"))).toBe("../../run");
  });

  test("does not write through a link that stands where a file goes", () => {
    const [path, outside] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(outside, "victim"), "old");
    symlinkSync(join(outside, "victim"), join(path, "run"));
    carryOut(unpack({ path, ...pack((folder) => writeFileSync(join(folder, "run"), "new")) }), shell);
    expect(readFileSync(join(outside, "victim"), "utf8")).toBe("old");
    expect(lstatSync(join(path, "run")).isFile()).toBe(true);
  });

  const fill = (folder: string) => writeFileSync(join(folder, "x"), "x");
  test.each<[string, (folder: string) => void, readonly string[]]>([
    ["a member that is absolute", fill, ["-cP", "--transform", "s,^,/tmp/ts-play-evil-,", "x"]],
    ["a member that goes up", fill, ["-cP", "--transform", "s,^,../,", "x"]],
    ["a member that goes up in the middle", fill, ["-cP", "--transform", "s,^,a/../../,", "x"]],
    ["an absolute link", (folder) => symlinkSync("/etc", join(folder, "x")), ["-c", "x"]],
    ["a link that goes up", (folder) => symlinkSync("..", join(folder, "x")), ["-c", "x"]],
    ["a link that goes up behind a dot", (folder) => symlinkSync("./../y", join(folder, "x")), ["-c", "x"]],
    ["a link that goes up later", (folder) => symlinkSync("a/../../y", join(folder, "x")), ["-c", "x"]],
    [
      "a link that goes up with the help of another",
      (folder) => {
        mkdirSync(join(folder, "a/b"), { recursive: true });
        symlinkSync("../..", join(folder, "a/b/top"));
        symlinkSync("a/b/top/../..", join(folder, "x"));
      },
      ["-c", "a", "x"],
    ],
    [
      "a hard link to a file outside",
      (folder) => {
        writeFileSync(join(folder, "x"), "");
        linkSync(join(folder, "x"), join(folder, "y"));
      },
      ["-cP", "--transform", "flags=h;s,^x$,/etc/passwd,", "x", "y"],
    ],
    ["a FIFO", (folder) => execFileSync("mkfifo", [join(folder, "x")]), ["-c", "x"]],
    ["a device", (folder) => execFileSync("mknod", [join(folder, "x"), "c", "1", "3"]), ["-c", "x"]],
    ["a line break in a name", (folder) => writeFileSync(join(folder, "x\ny"), ""), ["-c", "."]],
    ["something that is no archive at all", fill, ["-c", "--to-stdout", "x"]],
  ])("refuses %s, and leaves the folder as it was", (what, prepare, options) => {
    const path = temporaryFolder();
    writeFileSync(join(path, "mine"), "mine");
    const packed = pack(prepare, options);
    if (what.startsWith("something")) writeFileSync(packed.archive, "not a tar file".repeat(100));
    const task = unpack({ path, archive: packed.archive, sha256: hashOf(packed.archive) });
    expect(() => carryOut(task, shell)).toThrow(/the archive is refused/);
    expect(readdirSync(path)).toEqual(["mine"]);
    expect(existsSync("/tmp/ts-play-evil-x")).toBe(false);
  });
});

test("an archive with another hash is not unpacked, a missing one is named", () => {
  const path = join(temporaryFolder(), "folder");
  const { archive } = pack(tool("1"));
  expect(() => carryOut(unpack({ path, archive, sha256 }))).toThrow(/wanted is aaaa/);
  expect(() => carryOut(unpack({ path, archive: "/no/such", sha256 }))).toThrow("there is no archive /no/such");
  expect(readdirSync(path)).toEqual([]);
});

test("an archive is fetched, unpacked and not kept", async () => {
  const path = join(temporaryFolder(), "folder");
  const packed = pack(tool("1"));
  const served = join(packed.archive, "..");
  const url = `http://127.0.0.1:${await serveFolder(served)}/it's%20an%20archive`;
  execFileSync("cp", [packed.archive, join(served, "it's%20an%20archive")]);
  carryOut(unpack({ path, url, sha256: packed.sha256 }));
  expect(readdirSync(path).sort()).toEqual([".unpacked", "tool-1"]);
});
