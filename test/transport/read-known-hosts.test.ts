import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createKnownHostsReader } from "../../runner/transport/ssh/read-known-hosts.ts";

const key = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
const line = (name: string): string => `${name} ssh-ed25519 ${key}\n`;
let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ts-play-known-"));
  file = join(folder, "known_hosts");
  writeFileSync(file, line("one"), { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("parses a file once for all hosts that ask at the same time or later", async () => {
  const read = createKnownHostsReader();
  const [first, second] = await Promise.all([read("a", [file]), read("b", [file])]);
  const third = await read("c", [file]);
  expect(first.entries).toHaveLength(1);
  expect(second.entries[0]).toBe(first.entries[0]);
  expect(third.entries[0]).toBe(first.entries[0]);
});

test("sees what was added, taken away and made unsafe since", async () => {
  const read = createKnownHostsReader();
  const matches = async (name: string) => (await read("a", [file])).entries.some((entry) => entry.matches(name));
  expect([await matches("one"), await matches("two")]).toEqual([true, false]);
  appendFileSync(file, line("two"));
  expect([await matches("one"), await matches("two")]).toEqual([true, true]);
  writeFileSync(file, line("two"));
  expect([await matches("one"), await matches("two")]).toEqual([false, true]);
  chmodSync(file, 0o666);
  await expect(read("a", [file])).rejects.toThrow(/HK006: .* others may write to it \(mode 0666\)/);
  rmSync(file);
  expect((await read("a", [file])).entries).toEqual([]);
});
