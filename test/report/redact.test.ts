import { describe, expect, test } from "vitest";
import { quote } from "../../runner/define/quote.ts";
import { Redactor } from "../../runner/report/redact.ts";
import { cpuTimer } from "../cpu-time.ts";

const SECRET = `pä"s's w$rd\\+/?&`;

const redactorOf = (...secrets: string[]): Redactor => {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
};

describe("a secret in output is masked", () => {
  test.each([
    ["as it is", SECRET],
    ["in JSON", JSON.stringify(SECRET).slice(1, -1)],
    ["in JSON in JSON", JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
    ["in JSON that is pure ASCII", JSON.stringify(SECRET).slice(1, -1).replace("ä", "\\u00e4")],
    ["as base64", Buffer.from(SECRET).toString("base64")],
    ["as base64url", Buffer.from(SECRET).toString("base64url")],
    ["as hex", Buffer.from(SECRET).toString("hex")],
    ["as upper case hex", Buffer.from(SECRET).toString("hex").toUpperCase()],
    ["in a URL", encodeURIComponent(SECRET)],
    ["in a form", new URLSearchParams({ x: SECRET }).toString().slice(2)],
    ["quoted for a shell", quote(SECRET).slice(1, -1)],
    ["in double quotes of a shell", SECRET.replace(/[\\"$`]/g, "\\$&")],
  ])("%s", (_, form) => {
    expect(redactorOf(SECRET).redact(`password=${form}, done`)).toBe("password=***, done");
  });

  test.each(["u:", "us:", "use:", ""])("inside of base64 of something longer (%s...)", (before) => {
    const text = Buffer.from(`${before}long-enough-password:after`).toString("base64");
    const masked = redactorOf("long-enough-password").redact(text);
    expect(masked).toContain("***");
    expect(Buffer.from(masked.replace("***", ""), "base64").toString()).not.toContain("enough");
  });

  test("line by line, for a key that is printed with a prefix on each line", () => {
    const redactor = redactorOf("-----BEGIN KEY-----\nc2VjcmV0IGtleSBkYXRh\nbW9yZSBkYXRhIGhlcmU=\n-----END KEY-----\n");
    expect(redactor.redact("lb1 | -----BEGIN KEY-----\nlb1 | c2VjcmV0IGtleSBkYXRh")).toBe(
      "lb1 | -----BEGIN KEY-----\nlb1 | ***",
    );
  });

  test("at its full length when a shorter secret begins in the same way", () => {
    expect(redactorOf("hunter2", "hunter2-long").redact("hunter2-long hunter2")).toBe("*** ***");
  });
});

test("secrets shorter than four characters are left to the first net: masking them would destroy the text", () => {
  expect(redactorOf("abc", "").redact("abc alphabet")).toBe("abc alphabet");
});

test("a thousand secrets and a megabyte of output take less than a second", () => {
  const redactor = redactorOf(...Array.from({ length: 1000 }, (_, index) => `secret-number-${index * 7919}`));
  const text = "lorem ipsum dolor sit amet secret-number-7919 ".repeat(22_000);
  const taken = cpuTimer();
  const masked = redactor.redact(text);
  expect(taken()).toBeLessThan(1000);
  expect(masked).not.toContain("7919");
});
