import { describe, expect, test } from "vitest";
import type { Answer } from "../../runner/report/answers/answer.ts";
import { answersSummary, answersText } from "../../runner/report/answers/answer-text.ts";
import { hostRanges } from "../../runner/report/answers/host-ranges.ts";
import { hostLine, LineStream } from "../../runner/report/answers/line-stream.ts";
import { makePaint } from "../../runner/report/paint.ts";
import { Redactor } from "../../runner/report/redact.ts";

const paint = makePaint(false);
const answer = (host: string, more: Partial<Answer> = {}): Answer => ({
  host,
  state: "ok",
  exitCode: 0,
  stdout: "same\n",
  stderr: "",
  droppedBytes: 0,
  durationMs: 5,
  ...more,
});
const failed = { state: "failed", exitCode: 2, failure: { message: "exit code 2" } } as const;

test("equal answers are one, whatever their time; those that differ in anything are not, and bad ones come last", () => {
  const answers = [
    answer("a1", failed),
    answer("b1"),
    answer("b2", { durationMs: 99 }),
    answer("b3", { stderr: "but\n\nwarned\n" }),
    answer("b4", { droppedBytes: 12 }),
    answer("c", {
      state: "unreachable",
      exitCode: undefined,
      stdout: "",
      failure: { message: "no way\nat all", fix: "look" },
    }),
  ];
  expect(answersText(answers, paint).join("\n")).toBe(
    `b1, b2 (2 hosts)
  same

b3
  same
  stderr:
    but

    warned

b4
  same
  12 bytes of its middle were left out

FAILED a1: exit code 2
  same

UNREACHABLE c: no way
  fix: look
`,
  );
  expect(answersSummary(answers, 1234, paint)).toBe("6 hosts: 4 ok, 1 failed, 1 unreachable, in 1.2s");
});

test.each([
  [["web01", "web02", "web03", "db"], "web[01-03], db"],
  [["web8", "web9", "web10", "web11"], "web[8-11]"],
  [["web08", "web09", "web10"], "web[08-10]"],
  [["web1", "web2"], "web1, web2"],
  [["web1", "web3", "web5"], "web1, web3, web5"],
  [["n1.example", "n2.example", "n3.example", "n1.other"], "n[1-3].example, n1.other"],
  [["10.0.0.1", "10.0.0.2", "10.0.0.3"], "10.0.0.[1-3]"],
  [["a", "b", "c"], "a, b, c"],
  [[], ""],
])("names of %j are written as %s", (names, text) => {
  expect(hostRanges(names)).toBe(text);
});

describe("lines that come in pieces", () => {
  const linesOf = (...pieces: readonly string[]) => {
    const lines: string[] = [];
    const stream = new LineStream((line) => lines.push(line));
    for (const piece of pieces) stream.add(Buffer.from(piece, "latin1"));
    stream.end();
    return lines;
  };

  test("are put together, also within a character, and the last one needs no end", () => {
    expect(linesOf("on", "e\ntw", "o\n\nr\xc3", "\xa4st")).toEqual(["one", "two", "", "räst"]);
  });

  test("that never end are printed all the same", () => {
    expect(linesOf("x".repeat(9000), "y")).toEqual(["x".repeat(9000), "y"]);
  });

  test.each([1, 100, 4095, 9000])("that never end are not cut within a secret, in pieces of %i", (size) => {
    const hidden = "hunter2/of the database";
    const redactor = new Redactor([hidden]);
    const text = `${"x".repeat(8180)}${hidden}${"y".repeat(8170)}${hidden}${hidden}${"z".repeat(9000)}`;
    const lines: string[] = [];
    const stream = new LineStream((line) => lines.push(redactor.redact(line)), redactor);
    for (let at = 0; at < text.length; at += size) stream.add(Buffer.from(text.slice(at, at + size)));
    stream.end();
    expect(lines.join("")).toBe(text.replaceAll(hidden, "***"));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(8192 + 9000 + redactor.longest);
    expect(lines.length).toBeGreaterThan(1);
  });

  test("stand behind the host's name, and steer nothing", () => {
    expect(hostLine("web1", "stdout", "\u001b[2Jall\rgone\r")).toBe("web1 | all gone");
    expect(hostLine("web1", "stderr", "bad")).toBe("web1 ! bad");
  });
});
