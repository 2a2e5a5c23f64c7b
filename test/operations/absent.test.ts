import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { absent } from "../../runner/operations/absent.ts";
import { mountPoints } from "../../runner/probes/mount-points.ts";
import { runProbe, shells, temporaryFolder } from "../probes/run-probe.ts";
import { carryOut, changesOf, wanted } from "./take-steps.ts";

const owned = { mode: "0755", owner: "root", group: "root" };
const plan = (args: { path: string; recursive?: boolean }, type: "absent" | "file" | "directory", mounts = ["/"]) =>
  absent.plan({ args, current: { state: type === "absent" ? { type } : { type, ...owned }, mounts } });

test("a path where nothing is needs nothing", () => {
  expect(plan({ path: "/srv/x" }, "absent")).toEqual([]);
});

test("a file is removed, and the plan says what later tasks will find", () => {
  const steps = plan({ path: "/srv/x" }, "file");
  expect(steps).toMatchObject([{ kind: "remove", path: "/srv/x", recursive: false, touches: ["tree:/srv/x"] }]);
  expect(changesOf(steps)).toEqual(["type: file -> absent"]);
  expect(steps[0]!.effects.map(({ answer }) => answer("before"))).toEqual([
    { type: "absent" },
    false,
    undefined,
    undefined,
  ]);
});

test("a folder is only removed when that was asked for", () => {
  expect(() => plan({ path: "/srv/x" }, "directory")).toThrow("/srv/x is a folder");
  expect(plan({ path: "/srv/x", recursive: true }, "directory")).toMatchObject([{ recursive: true }]);
});

test.each(["/srv/x", "/srv/x/deep/down"])("a file system mounted at %s stays where it is", (mount) => {
  expect(() => plan({ path: "/srv/x", recursive: true }, "directory", ["/", mount])).toThrow(`mounted at ${mount}`);
  expect(plan({ path: "/srv/x", recursive: true }, "directory", ["/", "/srv/xy"])).toHaveLength(1);
});

test.each(["/", "/etc", "/usr", "/var/lib", "/home", "/etc/passwd", "/usr/bin"])("%s is refused at once", (path) => {
  expect(() => absent({ path, recursive: true })).toThrow(/every Linux host needs this path/);
});

describe.each(shells)("on a real host with $name", (shell) => {
  test("folders, files and links go, what a link points to stays", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "it's below/further"), { recursive: true });
    writeFileSync(join(folder, "file"), "");
    symlinkSync("file", join(folder, "link"));
    carryOut(absent({ path: join(folder, "it's below"), recursive: true }), shell);
    carryOut(absent({ path: join(folder, "link") }), shell);
    expect(existsSync(join(folder, "it's below"))).toBe(false);
    expect(existsSync(join(folder, "file"))).toBe(true);
  });

  test("a mount point of this machine is refused", () => {
    expect(runProbe(mountPoints(), shell)).toEqual(expect.arrayContaining(["/", "/proc"]));
    expect(() => wanted(absent({ path: "/dev/pts", recursive: true }), false, shell)).toThrow(/mounted at \/dev\/pts/);
  });
});

test("mount points are read from the kernel's table, with spaces in their names", () => {
  const stdout = [
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
    "40 22 0:35 / /mnt/my\\040disk\\134x rw - tmpfs tmpfs rw",
    "41 22 0:36 / /mnt/my\\040disk\\134x rw - tmpfs tmpfs rw",
    "",
  ].join("\n");
  expect(mountPoints.parse({ stdout, stderr: "", exitCode: 0 }, [])).toEqual([["/", "/mnt/my disk\\x"]]);
  expect(() => mountPoints.parse({ stdout: "", stderr: "denied", exitCode: 1 }, [])).toThrow("denied");
});
