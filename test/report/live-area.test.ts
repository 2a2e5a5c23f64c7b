import { describe, expect, test } from "vitest";
import { displayWidth } from "../../runner/report/display-width.ts";
import { LiveArea } from "../../runner/report/live-area.ts";
import { makePaint } from "../../runner/report/paint.ts";
import { Screen } from "./screen.ts";

const areaOn = (screen: Screen): LiveArea =>
  new LiveArea(
    { isTty: true, columns: screen.columns, rows: screen.rows, write: (text) => screen.write(text) },
    makePaint(false),
  );
const lines = (...texts: string[]) => texts.map((text) => ({ text }));

describe("the live area", () => {
  test("leaves nothing behind but what was printed above it", () => {
    const screen = new Screen(40, 10);
    const area = areaOn(screen);
    area.draw(lines("play 1", "  host a", "  host b"));
    area.printAbove(["FAILED a: no", "    fix: yes"]);
    area.draw(lines("play 1 changed", "  host b"));
    area.printAbove(["x".repeat(95)]);
    area.draw(lines("play 2"));
    expect(screen.text).toBe(
      ["FAILED a: no", "    fix: yes", "x".repeat(40), "x".repeat(40), "x".repeat(15), "play 2"].join("\n"),
    );
    area.clear();
    expect(screen.text).toMatch(/^FAILED a: no\n {4}fix: yes\nx+\nx+\nx+$/);
  });

  test.each([
    [20, 5],
    [3, 2],
    [1, 1],
  ])("fits into %i columns and %i rows", (columns, rows) => {
    const screen = new Screen(columns, rows);
    const area = areaOn(screen);
    for (let round = 0; round < 50; round += 1)
      area.draw(
        Array.from({ length: 12 }, (_, at) => ({ text: `line ${at} of round ${round}, which is long: 日本語 😀` })),
      );
    const drawn = screen.text.split("\n");
    expect(drawn.length).toBeLessThanOrEqual(rows);
    for (const line of drawn) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    area.clear();
    expect(screen.text).toBe("");
  });

  test("writes nothing when nothing has changed", () => {
    let writes = 0;
    const count = () => {
      writes += 1;
    };
    const sink = { isTty: true, columns: 80, rows: 24, write: count };
    const area = new LiveArea(sink, makePaint(false));
    for (let round = 0; round < 10; round += 1) area.draw(lines("same"));
    expect(writes).toBe(1);
  });
});
