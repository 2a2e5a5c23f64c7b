import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fileHash } from "../../runner/probes/file-hash.ts";
import { runVector, shells, temporaryFolder } from "./run-probe.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe.each(shells)("fileHash in $name", (shell) => {
  test("hashes files with strange names", () => {
    const folder = temporaryFolder();
    const paths = ["plain", "a 'quoted' name", "back\\slash \\\\n", "-n", "ünï"].map((name) => join(folder, name));
    for (const path of paths) writeFileSync(path, path);
    expect(runVector(fileHash, paths, shell)).toEqual(paths.map(sha256));
  });

  test("does not wait for a FIFO, and answers undefined for what is not a file", () => {
    const folder = temporaryFolder();
    const fifo = join(folder, "fifo");
    spawnSync("mkfifo", [fifo]);
    mkdirSync(join(folder, "below"));
    expect(runVector(fileHash, [fifo, join(folder, "below"), "/nothing", "/dev/zero"], shell)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("answers for thousands of paths in order", () => {
    const folder = temporaryFolder();
    const paths = Array.from({ length: 3000 }, (_, i) => join(folder, `${"long name ".repeat(10)}${i}`));
    for (const path of paths.filter((_, i) => i % 7 === 0)) writeFileSync(path, path);
    expect(runVector(fileHash, paths, shell)).toEqual(paths.map((path, i) => (i % 7 ? undefined : sha256(path))));
  });
});

test("a file that cannot be read is not taken for absent", () => {
  const stderr = "sha256sum: /root/x: Permission denied\n";
  expect(() => fileHash.parse({ stdout: "", stderr, exitCode: 1 }, ["/root/x"])).toThrow(/Permission denied/);
});

test("an answer that is not a hash is not believed", () => {
  expect(() => fileHash.parse({ stdout: "d41d8cd9  /x\n", stderr: "", exitCode: 0 }, ["/x"])).toThrow(/unexpected/);
});
