import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { initCommand } from "../../runner/cli/init/init-command.ts";

const folder = mkdtempSync(join(tmpdir(), "ts-play-init-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a folder that cannot be made is told with its place", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(initCommand(join(folder, "file/infra"), {})).rejects.toThrow(/CLI013: it cannot be written: .*ENOTDIR/);
});
