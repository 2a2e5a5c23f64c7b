import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pathState } from "../../runner/probes/path-state.ts";
import { runProbe, runVector, shells, temporaryFolder } from "./run-probe.ts";

describe.each(shells)("pathState in $name", (shell) => {
  test("tells type, mode, owner and size of a file", () => {
    const path = join(temporaryFolder(), "a file's name");
    writeFileSync(path, "twelve bytes");
    chownSync(path, 1, 2);
    chmodSync(path, 0o4640);
    expect(runProbe(pathState(path), shell)).toEqual({
      type: "file",
      mode: "4640",
      owner: "daemon",
      group: "bin",
      uid: 1,
      gid: 2,
      size: 12,
    });
  });

  test("gives the number of an owner who has no name", () => {
    const path = join(temporaryFolder(), "orphan");
    writeFileSync(path, "");
    chownSync(path, 54321, 54322);
    expect(runProbe(pathState(path), shell)).toMatchObject({ owner: "54321", group: "54322", uid: 54321, gid: 54322 });
  });

  test("describes a symbolic link itself, and where it points to", () => {
    const path = join(temporaryFolder(), "link -> x");
    symlinkSync("../no such 'place' ü", path);
    expect(runProbe(pathState(path), shell)).toMatchObject({ type: "symlink", target: "../no such 'place' ü" });
  });

  test("tells folders, FIFOs and devices", () => {
    const folder = temporaryFolder();
    const fifo = join(folder, "fifo");
    mkdirSync(join(folder, "below"));
    spawnSync("mkfifo", [fifo]);
    const states = runVector(pathState, [fifo, join(folder, "below"), "/dev/null"], shell);
    expect(states.map(({ type }) => type)).toEqual(["fifo", "directory", "device"]);
    expect(states[1]).not.toHaveProperty("size");
  });

  test("answers absent where there is nothing, also below a file", () => {
    expect(runVector(pathState, ["/no/such/path", "/etc/passwd", "/etc/passwd/below"], shell)).toMatchObject([
      { type: "absent" },
      { type: "file" },
      { type: "absent" },
    ]);
  });

  test("answers for thousands of paths in order", () => {
    const folder = temporaryFolder();
    const paths = Array.from({ length: 2000 }, (_, i) => join(folder, `${"long name ".repeat(8)}${i}`));
    for (const path of paths.filter((_, i) => i % 3 === 0)) writeFileSync(path, path);
    const types = runVector(pathState, paths, shell).map(({ type }) => type);
    expect(types).toEqual(paths.map((_, i) => (i % 3 === 0 ? "file" : "absent")));
  });

  test("refuses a link whose target could pass for the state of another path", () => {
    const path = join(temporaryFolder(), "liar");
    symlinkSync("x\n81a4:0:0:0:root:root:/etc/shadow\n/etc/shadow", path);
    expect(() => runVector(pathState, [path, "/etc/shadow"], shell)).toThrow(/line break/);
  });
});

const result = (stdout: string, stderr = "") => ({ stdout, stderr, exitCode: stderr ? 1 : 0 });

test("a path that must not be looked at is not taken for absent", () => {
  const stderr = "stat: cannot statx '/root/x': Permission denied\n";
  expect(() => pathState.parse(result("", stderr), ["/root/x"])).toThrow(/Permission denied/);
});

test("an answer that is not stat's is not believed", () => {
  expect(() => pathState.parse(result("hello\nworld\n"), ["/x"])).toThrow(/unexpected line: hello/);
  expect(() => pathState.parse(result("", "sh: 1: stat: not found\n"), ["/x"])).toThrow(/not found/);
});

test("looks at the path alone, and finds nothing on a bare host", () => {
  expect(pathState.looksAt("/etc/x")).toEqual(["path:/etc/x"]);
  expect(pathState.bare("/etc/x")).toEqual({ type: "absent" });
});
