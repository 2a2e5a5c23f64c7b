import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { thisMachine } from "../../runner/cli/control-machine.ts";
import { fetchFile } from "../../runner/define/step.ts";
import { fetchToHere } from "../../runner/engine/fetch-file.ts";
import { cappedBytes } from "../../runner/transport/session/capped-bytes.ts";
import { LinkLostError, type Script, type ScriptResult } from "../../runner/transport/transport.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fetch-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a session makes of a script, its cap included. */
async function send({ text, capBytes }: Script): Promise<ScriptResult> {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", text], { maxBuffer: 1 << 26 });
  const kept = cappedBytes(capBytes);
  kept.add(stdout);
  const { bytes, droppedBytes } = kept.take();
  return { exitCode: status ?? 1, stdout: bytes, stderr, droppedBytes, timedOut: false, durationMs: 0 };
}

const source = () => join(folder, "of the host.db");
const target = () => join(folder, "kept/copy.db");
const fetched = (through: (script: Script) => Promise<ScriptResult> = send) =>
  fetchToHere(fetchFile({ path: source(), to: target() }), thisMachine, 60_000, through);
const kept = () => readdirSync(join(folder, "kept"));

/** Does something before the piece of this number is asked for; 0 is the question for size and hash. */
const before = (piece: number, act: () => void) => {
  let asked = 0;
  return (script: Script) => {
    if (asked++ === piece) act();
    return send(script);
  };
};

test.each([0, 1, 4 << 20, (9 << 20) + 5])("a file of %i bytes arrives as it is, for its owner alone", async (size) => {
  const bytes = randomBytes(size);
  writeFileSync(source(), bytes);
  expect(await fetched()).toBeUndefined();
  expect(readFileSync(target()).equals(bytes)).toBe(true);
  expect(statSync(target()).mode & 0o777).toBe(0o600);
  expect(kept()).toEqual(["copy.db"]);
});

test("a link that breaks in the middle leaves nothing, and is told as lost", async () => {
  writeFileSync(source(), randomBytes(9 << 20));
  const cut = before(2, () => {
    throw new LinkLostError("db1", "connection reset", []);
  });
  await expect(fetched(cut)).rejects.toThrow(LinkLostError);
  expect(kept()).toEqual([]);
});

test.each([
  ["changed", () => writeFileSync(source(), randomBytes(9 << 20)), /another SHA-256/],
  ["cut short", () => writeFileSync(source(), randomBytes(5 << 20)), /5242880 bytes came, 9437184 were announced/],
  ["removed", () => rmSync(source()), /exit code/],
])("a file that is %s while it is read is not kept", async (_, act, reason) => {
  writeFileSync(source(), randomBytes(9 << 20));
  expect(await fetched(before(2, act))).toMatchObject({ message: expect.stringMatching(reason) });
  expect(kept()).toEqual([]);
});

test("a file that is not there fails with what the host said, and an older copy stays", async () => {
  writeFileSync(source(), "old");
  await fetched();
  rmSync(source());
  expect(await fetched()).toMatchObject({
    message: expect.stringMatching(/no such file/i),
    command: expect.stringMatching(/^fetch /),
  });
  expect(readFileSync(target(), "utf8")).toBe("old");
});
