import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pathExists } from "../../runner/probes/path-exists.ts";
import { runVector, shells, temporaryFolder } from "./run-probe.ts";

test.each(shells)("pathExists in $name counts files, folders and dangling links", (shell) => {
  const link = join(temporaryFolder(), "it's a link");
  symlinkSync("/nowhere", link);
  expect(runVector(pathExists, ["/etc", link, "/etc/passwd", "/no such thing"], shell)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test.each(shells)("pathExists in $name answers for ten thousand paths", (shell) => {
  const paths = Array.from({ length: 10_000 }, (_, i) => (i % 2 ? `/etc/./${"/".repeat(i % 50)}passwd` : `/no/${i}`));
  expect(runVector(pathExists, paths, shell)).toEqual(paths.map((_, i) => i % 2 === 1));
});

test("a lost answer is an error, not a shift of all others", () => {
  expect(() => pathExists.parse({ stdout: "1", stderr: "", exitCode: 0 }, ["/a", "/b"])).toThrow(/expected 2/);
});
