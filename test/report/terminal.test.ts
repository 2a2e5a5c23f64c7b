import { describe, expect, test } from "vitest";
import { defaultFormat, wantsColor } from "../../runner/report/terminal.ts";

describe("colour", () => {
  test.each([
    ["on a terminal", {}, true, true],
    ["not into a pipe", {}, false, false],
    ["never with NO_COLOR, though forced", { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
    ["as before with an empty NO_COLOR", { NO_COLOR: "" }, true, true],
    ["into a pipe when forced", { FORCE_COLOR: "1" }, false, true],
    ["not when forced off", { FORCE_COLOR: "0" }, true, false],
    ["not on a dumb terminal", { TERM: "dumb" }, true, false],
  ])("%s", (_, environment, isTty, color) => {
    expect(wantsColor(environment, isTty)).toBe(color);
  });
});

describe("the format without --output", () => {
  test.each([
    ["on a terminal", {}, true, "tree"],
    ["in a pipe", {}, false, "lines"],
    ["in CI, though it has a terminal", { CI: "true" }, true, "lines"],
    ["on a dumb terminal", { TERM: "dumb" }, true, "lines"],
    ["on a terminal with CI=false", { CI: "false" }, true, "tree"],
  ])("%s", (_, environment, isTty, format) => {
    expect(defaultFormat(environment, isTty)).toBe(format);
  });
});
