import { expect, test } from "vitest";
import { taskEnd } from "./events.ts";
import { reported } from "./memory-sink.ts";
import { troubledRun } from "./scenarios.ts";

test("each event is one line of JSON with the version of the format", async () => {
  const lines = (await reported("json", troubledRun)).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    JSON.parse(JSON.stringify(troubledRun.map((event) => ({ v: 1, ...event })))),
  );
});

test("what a host printed is kept, and yet harmless on a terminal", async () => {
  const output = "\x1b[2J\x9b2J\u202e\ud800\x7f\u2028";
  const text = await reported("json", [taskEnd("a", "x/y z", "failed", { failure: { message: "no", output } })]);
  expect(text).toMatch(/^[\x20-\x7e]+\n$/);
  expect(JSON.parse(text)).toMatchObject({ failure: { output } });
});
