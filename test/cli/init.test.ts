import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { initCommand } from "../../runner/cli/init/init-command.ts";

const folder = mkdtempSync(join(tmpdir(), "ts-play-init-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a folder that cannot be made is told with its place", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(initCommand(join(folder, "file/infra"), {})).rejects.toThrow(/CLI013: it cannot be written: .*ENOTDIR/);
});

test("a package.json that is there is replaced in one step, also behind a link", async () => {
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const project = join(folder, "project");
  mkdirSync(project);
  const real = join(folder, "real.json");
  writeFileSync(real, '{ "name": "mine" }');
  linkSync(real, join(folder, "before.json"));
  symlinkSync(real, join(project, "package.json"));
  await initCommand(project, { force: true });
  expect(readFileSync(join(folder, "before.json"), "utf8")).toBe('{ "name": "mine" }');
  expect(JSON.parse(readFileSync(real, "utf8"))).toMatchObject({ name: "mine", type: "module" });
  expect(readdirSync(folder).filter((name) => name.startsWith("real"))).toEqual(["real.json"]);
  vi.restoreAllMocks();
});
