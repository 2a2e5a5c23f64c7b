import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fileText, MAX_TEXT_BYTES } from "../../runner/probes/file-text.ts";
import { runProbe, shells, temporaryFolder } from "./run-probe.ts";

describe.each(shells)("fileText in $name", (shell) => {
  test("gives each file's exact text", () => {
    const folder = temporaryFolder();
    const texts = ["", "\n", "no newline at the end", "text\n\n\r\n\0tab\t", "\uFEFFünï 日本 🎉\n".repeat(500)];
    const paths = texts.map((text, i) => {
      writeFileSync(join(folder, `it's ${i}`), text);
      return join(folder, `it's ${i}`);
    });
    expect(paths.map((path) => runProbe(fileText(path), shell))).toEqual(texts);
  });

  test("answers undefined for what is not a regular file, without waiting", () => {
    const fifo = join(temporaryFolder(), "fifo");
    spawnSync("mkfifo", [fifo]);
    for (const path of [fifo, "/etc", "/nothing"]) expect(runProbe(fileText(path), shell)).toBeUndefined();
  });

  test("reads a file of 1 MB and refuses one byte more", () => {
    const path = join(temporaryFolder(), "large");
    writeFileSync(path, "x".repeat(MAX_TEXT_BYTES));
    expect(runProbe(fileText(path), shell)).toHaveLength(MAX_TEXT_BYTES);
    writeFileSync(path, "x".repeat(MAX_TEXT_BYTES + 1));
    expect(() => runProbe(fileText(path), shell)).toThrow(/large is larger than 1000000 bytes/);
  });

  test("refuses bytes that are not UTF-8, because they could not be written back", () => {
    const path = join(temporaryFolder(), "latin1");
    writeFileSync(path, Buffer.from([0x66, 0xfc, 0x72, 0x0a]));
    expect(() => runProbe(fileText(path), shell)).toThrow(/latin1 is not UTF-8/);
  });
});

test("a file that cannot be read is an error", () => {
  expect(() => fileText.parse({ stdout: "unreadable\n", stderr: "", exitCode: 0 }, ["/x"])).toThrow(/\/x cannot/);
  expect(() => fileText.parse({ stdout: "", stderr: "", exitCode: 0 }, ["/x"])).toThrow(/\/x cannot/);
});

test("a file that was not read to its end is not taken for a shorter one", () => {
  const stdout = `5\n${Buffer.from("four").toString("base64")}\n`;
  expect(() => fileText.parse({ stdout, stderr: "", exitCode: 0 }, ["/x"])).toThrow(/\/x could not be read to its end/);
});
