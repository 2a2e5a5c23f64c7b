import { expect, test } from "vitest";
import { documentOf } from "../../../runner/report/document/document-of.ts";
import { exitText } from "../../../runner/report/document/exit-text.ts";
import { drillsRun } from "../drill-events.ts";
import { runEnd, runStart } from "../events.ts";

const drills = documentOf(drillsRun);
const ended = (exitCode: number, changes: object = {}) =>
  exitText({
    ...drills,
    run: { ...drills.run, exitCode },
    drills: drills.drills.map((drill, at) => (at === 0 ? { ...drill, ...changes } : { ...drill, restored: true })),
  });

test("a drill says what it found, where a run says that a task failed", () => {
  expect(ended(3)).toBe("3: stop: the client had no success for 3000 ms, the limit is 5 ms");
  expect(ended(3, { verdict: "refused", objections: ["lb1: haproxy is stopped"] })).toBe(
    "3: stop broke nothing, because all was not well before: lb1: haproxy is stopped",
  );
  expect(ended(3, { restored: false })).toBe("3: what stop broke is not known to be well again");
  expect(ended(4)).toBe("4: hosts unreachable or in an unknown state");
  expect(exitText(documentOf([runStart(["a"]), runEnd(1, 3)]))).toBe("3: a task failed");
});
