import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { posixQuote } from "../../runner/transport/posix-quote.ts";

const words = [
  "",
  " ",
  "a b",
  "'",
  "''",
  "it's",
  '"',
  "\\",
  "\\'",
  "$HOME",
  "$(id)",
  "`id`",
  "!",
  "!!",
  "*",
  "~",
  "-n",
  "--",
  "#x",
  "a\nb",
  "\n",
  "\t\r",
  "ü€😀",
  "';id;'",
  "%s",
  "\u0001\u007f",
];
const shells = [["dash"], ["bash"], ["busybox", "ash"], ["zsh"]].filter(
  ([name]) => spawnSync("which", [name!]).status === 0,
);

test.each(shells)("every word comes out of %s %s as it went in", (...shell) => {
  const [program, ...flags] = shell.filter((word) => word !== undefined);
  const text = `printf '%s\\0' ${words.map(posixQuote).join(" ")}`;
  expect(
    execFileSync(program!, [...flags, "-c", text], { encoding: "utf8" })
      .split("\0")
      .slice(0, -1),
  ).toEqual(words);
});

test("a NUL byte is refused, because no argument can hold it", () => {
  expect(() => posixQuote("a\0b")).toThrow(/NUL/);
});
