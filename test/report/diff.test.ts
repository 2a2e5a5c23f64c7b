import { describe, expect, test } from "vitest";
import { unifiedDiff } from "../../runner/report/diff.ts";
import { cpuTimer } from "../cpu-time.ts";

describe("a unified diff", () => {
  test("shows the lines that change with three lines around", () => {
    const before = "a\nb\nc\nd\nold\ne\n";
    expect(unifiedDiff(before, before.replace("old", "new"), "/etc/app.conf")).toBe(
      "--- /etc/app.conf (now)\n+++ /etc/app.conf (wanted)\n@@ -2,5 +2,5 @@\n b\n c\n d\n-old\n+new\n e",
    );
  });

  test("is empty for equal texts", () => {
    expect(unifiedDiff("same\n", "same\n", "/x")).toBe("");
  });

  test("tells of a missing newline at the end", () => {
    expect(unifiedDiff("a", "a\n", "/x")).toContain("\\ No newline at end of file");
  });

  test.each([
    ["binary content", "\0\x01", "text", "/x: binary content differs, 2 -> 4 bytes"],
    ["more than a megabyte", "x".repeat(1_000_001), "y", "/x: too many differences to show, 1000001 -> 1 bytes"],
  ])("is one line for %s", (_, before, after, line) => {
    expect(unifiedDiff(before, after, "/x")).toBe(line);
  });

  test("gives up in time on two long texts that have nothing in common", () => {
    const text = (word: string) => Array.from({ length: 20_000 }, (_, line) => `${word} ${line}`).join("\n");
    const taken = cpuTimer();
    expect(unifiedDiff(text("one"), text("other"), "/x")).toMatch(/^\/x: too many differences/);
    expect(taken()).toBeLessThan(2000);
  });

  test("is cut after 400 lines, and says so", () => {
    const after = Array.from({ length: 1000 }, (_, line) => `line ${line}\n`).join("");
    const lines = unifiedDiff("", after, "/x").split("\n");
    expect(lines).toHaveLength(401);
    expect(lines.at(-1)).toBe("... 603 more lines");
  });
});
