import { describe, expect, test } from "vitest";
import { oneLine, sanitize, sanitizeAll } from "../../runner/report/sanitize.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for them
const UNSAFE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/u;
const PIECES = [
  "\x1b[31m",
  "\x1b]0;title\x07",
  "\x1b]8;;http://x\x1b\\",
  "\x1b[2J",
  "\x9b2J",
  "\r",
  "\b\b",
  "\x07",
  "\x7f",
  "\u202e",
  "\ud800",
  "\udc00",
  "ok: lb1",
  "é",
  "😀",
  "\n",
  "\t",
  "\x1bP+q\x1b\\",
  "\x1b",
  "[",
  "m",
];

/** A generator that gives the same numbers in every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const fuzzed = (next: () => number): string =>
  Array.from({ length: Math.floor(next() * 30) }, () =>
    next() < 0.5
      ? (PIECES[Math.floor(next() * PIECES.length)] ?? "")
      : String.fromCharCode(Math.floor(next() * (next() < 0.7 ? 0x100 : 0x10000))),
  ).join("");

describe("text from a host", () => {
  test("holds nothing that a terminal obeys, in 10,000 fuzzed outputs", () => {
    const next = random(20260729);
    for (let round = 0; round < 10_000; round += 1) {
      const text = sanitize(fuzzed(next));
      if (UNSAFE.test(text)) expect(JSON.stringify(text)).toBe("safe");
      if (sanitize(text) !== text) expect(JSON.stringify(text)).toBe("unchanged by a second pass");
    }
  });

  test("loses colours and titles whole", () => {
    expect(sanitize("\x1b[1;31mred\x1b[0m \x1b]0;pwned\x07done")).toBe("red done");
  });

  test("keeps what people write", () => {
    const text = "Zeile\tmit Ümlaut, 日本語, 😀 und \u00a0\n";
    expect(sanitize(text)).toBe(text);
  });

  test("cannot overwrite the line before it with a carriage return", () => {
    expect(sanitize("10%\r20%\r\nok")).toBe("10%\n20%\nok");
  });

  test("is done quickly with a megabyte of unfinished sequences", () => {
    const before = process.cpuUsage();
    sanitize("\x1b]".repeat(500_000));
    sanitize(`\x1b[${"0;".repeat(500_000)}`);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
  });

  test("stays on one line where a name or a title stands", () => {
    expect(oneLine("apt-get \\\n\t update")).toBe("apt-get \\ update");
  });

  test("is made safe at any depth of an event", () => {
    expect(sanitizeAll({ at: 1, steps: ["a\x1b[2Jb"], failure: { message: "\x07" } })).toEqual({
      at: 1,
      steps: ["ab"],
      failure: { message: "\ufffd" },
    });
  });
});
