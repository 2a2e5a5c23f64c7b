import { expect, test } from "vitest";
import { drillMarkdown } from "../../runner/report/drill-markdown.ts";
import { DrillState } from "../../runner/report/drill-state.ts";
import { drillEndLines } from "../../runner/report/drill-text.ts";
import { timeline } from "../../runner/report/drill-timeline.ts";
import { makePaint } from "../../runner/report/paint.ts";
import { drillEvents as events } from "./drill-events.ts";

function state(): DrillState {
  const made = new DrillState();
  for (const event of events) made.advance(event);
  return made;
}

test("a second is a character when there is room for ten", () => {
  const rows = timeline(state().drills[0]!, 10_000, 10);
  expect(Object.fromEntries(rows.map(({ label, cells }) => [label, cells]))).toEqual({
    "": "0s",
    broken: "  !!!!!!  ",
    client: "==xxx=====",
    lb1: "###?????..",
    lb2: ".....#####",
  });
});

test("a drill that is refused before its client begins has no timeline", () => {
  const made = new DrillState();
  made.advance(events[0]!);
  expect(timeline(made.drills[0]!, 5000, 60)).toEqual([]);
});

test("the end tells what was measured, and each objection", () => {
  const lines = drillEndLines(state().drills[0]!, 80, makePaint(false));
  expect(lines.slice(-2)).toEqual([
    "FAILED stop: longest gap 3000 ms (limit 5), 60 of 200 requests lost, 0 acknowledged and missing, 7 late, lb2 took over after 3000 ms",
    "  the client had no success for 3000 ms, the limit is 5 ms",
  ]);
});

test("the report in Markdown tells each outage from the break", () => {
  const page = drillMarkdown(state());
  expect(page).toContain("| stop | failed | lb1 | 3000 ms | 60 of 200 | by lb2 after 3000 ms |");
  expect(page).toContain("- Outage: 3000 ms without a success, 60 lost, from 0.0 s after the break");
  expect(page).toContain("- Lost: 60 requests, connection refused");
});
