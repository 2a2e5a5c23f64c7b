import { describe, expect, test } from "vitest";
import { Ref } from "../../runner/define/ref.ts";
import { secret } from "../../runner/define/secret.ts";
import { showValue } from "../../runner/report/show-change.ts";

describe("a value of an attribute reads as", () => {
  test.each<[string, unknown, string]>([
    ["nothing", undefined, "(absent)"],
    ["null", null, "(absent)"],
    ["a mode", "0644", "0644"],
    ["a number", 42, "42"],
    ["a truth value", false, "false"],
    ["empty text", "", '""'],
    ["text with an edge that would be lost", " a", '" a"'],
    ["a secret", secret("hunter2"), "***"],
    ["a secret in a list", ["a", secret("hunter2")], "[a, ***]"],
    ["an object", { mode: "0644", token: secret("hunter2") }, "{mode: 0644, token: ***}"],
    ["a value that is not known yet", new Ref("join command of cp1", [], () => ""), "<join command of cp1>"],
    ["many lines", "first\nsecond\nthird\n", "first (3 lines)"],
    ["an escape sequence", "\x1b[2Jgone", "gone"],
    ["a long list", Array.from({ length: 20 }, (_, at) => at), "[0, 1, 2, 3, 4, 5, 6, 7, 12 more]"],
  ])("%s", (_, value, text) => {
    expect(showValue(value)).toBe(text);
  });

  test("something of at most 72 characters, whatever it is", () => {
    expect(showValue("x".repeat(5000))).toHaveLength(72);
    expect(showValue({ deep: { deeper: { deepest: { end: 1 } } }, long: "y".repeat(500) }).length).toBeLessThanOrEqual(
      72,
    );
  });
});
