import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { documentOf } from "../../../runner/report/document/document-of.ts";
import { driftRows } from "../../../runner/report/document/drift-rows.ts";
import { problemsOf } from "../../../runner/report/document/problems.ts";
import { type RunDocument, runDocument } from "../../../runner/report/document/run-document.ts";
import { verdictOf } from "../../../runner/report/document/verdict.ts";
import { jsonReport } from "../../../runner/report/files/json-report.ts";
import { documentNamed, documents } from "../documents.ts";
import { hostStart, playStart, runStart, taskStart } from "../events.ts";
import { troubledRun } from "../scenarios.ts";

const published = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../docs/report.schema.json"), "utf8"),
) as object;
const ajv = new Ajv2020({ strict: true, allErrors: true, validateFormats: false });
const fits = ajv.compile<RunDocument>(published);

describe("the JSON report", () => {
  test.each(documents)("of a run ($name) is valid by the published schema", ({ document }) => {
    expect(fits(JSON.parse(jsonReport(document))), ajv.errorsText(fits.errors)).toBe(true);
  });

  test.each(documents)("of a run ($name) has no field that the schema does not know", ({ document }) => {
    const json: unknown = JSON.parse(jsonReport(document));
    expect(runDocument.parse(json)).toEqual(json);
  });

  test("that lacks something, or has a state that is none, is refused by the schema", () => {
    const json = JSON.parse(jsonReport(documentNamed("first"))) as { hosts: { state: string }[]; run?: object };
    expect(fits({ ...json, run: undefined })).toBe(false);
    json.hosts[0]!.state = "fine";
    expect(fits(json)).toBe(false);
  });

  test("may get new fields without becoming invalid", () => {
    expect(fits({ ...JSON.parse(jsonReport(documentNamed("first"))), more: 1 })).toBe(true);
  });
});

describe("the document of a run", () => {
  test("counts every host once, by how it ended", () => {
    const { totals, hosts } = documentNamed("troubled");
    expect(totals.hosts).toEqual({ inSync: 0, changed: 0, failed: 1, unreachable: 1, unknown: 1, skipped: 0 });
    expect(hosts.map(({ name, state }) => [name, state])).toEqual([
      ["lb1", "failed"],
      ["lb2", "unreachable"],
      ["lb3", "unknown"],
    ]);
  });

  test("that was killed says what was under way and may have happened", () => {
    const document = documentOf([
      runStart(["a", "b"]),
      playStart(["a", "b"]),
      hostStart("a", 5, 2),
      hostStart("b", 6, 2),
      taskStart("a", 40, ["x/file /f"]),
    ]);
    expect(document.run.exitCode).toBeNull();
    expect(document.hosts.map(({ name, state }) => [name, state])).toEqual([
      ["a", "unknown"],
      ["b", "skipped"],
    ]);
    expect(document.hosts[0]?.tasks).toMatchObject([{ task: "x/file /f", state: "unknown" }]);
    expect(verdictOf(document)).toMatchObject({ tone: "bad", text: expect.stringContaining("killed") });
  });

  test("without a beginning is refused, with the file", () => {
    expect(() => documentOf(troubledRun.slice(1), "x.ndjson")).toThrow(/^x\.ndjson: error JRN001/);
  });

  test("of a drift check counts what runs each time as in sync, and what was not read as neither", () => {
    const { totals, hosts } = documentNamed("drift");
    expect(totals.hosts).toMatchObject({ inSync: 1, changed: 1, unreachable: 1 });
    expect(totals.tasks).toMatchObject({ ok: 2, changed: 2 });
    expect(hosts[1]?.tasks[1]).toMatchObject({ state: "ok", reason: "runs each time, so this is no drift" });
  });

  test("says of many hosts at once what is true of all of them", () => {
    const drift = documentNamed("drift").drift!;
    const twins = drift.findings.map((finding) => ({ ...finding, host: "z" }));
    expect(
      driftRows({ ...drift, findings: [...drift.findings, ...twins] }).map(({ state, hosts }) => [state, hosts]),
    ).toEqual([
      ["unknown", ["c"]],
      ["known", ["a", "z"]],
      ["new", ["a", "z"]],
      ["fixed", ["b"]],
    ]);
  });

  test("tells the same failure of many hosts once", () => {
    const { hosts, ...rest } = documentNamed("troubled");
    const twin = { ...hosts[0]!, name: "lb9" };
    expect(problemsOf({ ...rest, hosts: [...hosts, twin] }).map((problem) => problem.hosts)).toEqual([
      ["lb1", "lb9"],
      ["lb2"],
      ["lb3"],
    ]);
  });
});

test.each([
  ["first", "good", /^11 tasks changed, 1 already right, in 5\.5s$/],
  ["second", "good", /^Nothing to change: 12 tasks on 3 hosts/],
  ["troubled", "bad", /^1 host failed, 1 unreachable, 1 unknown, after/],
  ["drift", "bad", /^1 of 3 hosts drifted: 2 tasks, 1 new; 1 host could not be read; 1 fixed since the check before$/],
])("the verdict on a run (%s) is %s", (name, tone, text) => {
  expect(verdictOf(documentNamed(name))).toEqual({ tone, text: expect.stringMatching(text) });
});
