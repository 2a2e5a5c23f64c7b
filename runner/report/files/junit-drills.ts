import type { DrillDocument } from "../document/drill-document.ts";
import type { RunDocument } from "../document/run-document.ts";
import { xml } from "./xml.ts";

interface Suite {
  readonly suites: readonly string[];
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
}

/** The drills of a run as one suite: one that did not pass is a failure; one that was not carried to its end is an error. None without drills. */
export function drillSuite(drills: readonly DrillDocument[], { startedAt }: RunDocument["run"]): Suite {
  const failures = drills.filter((drill) => kindOf(drill) === "failure").length;
  const errors = drills.filter((drill) => kindOf(drill) === "error").length;
  if (drills.length === 0) return { suites: [], tests: 0, failures, errors };
  const attributes = {
    name: "drills",
    tests: drills.length,
    failures,
    errors,
    skipped: 0,
    time: seconds(drills.reduce((sum, { startedAtMs, endedAtMs }) => sum + endedAtMs - startedAtMs, 0)),
    timestamp: startedAt.slice(0, 19),
    hostname: "localhost",
  };
  return { suites: [xml("testsuite", attributes, drills.map(testCase))], tests: drills.length, failures, errors };
}

const kindOf = ({ verdict }: DrillDocument): "failure" | "error" | undefined =>
  verdict === "passed" ? undefined : verdict === "failed" ? "failure" : "error";

/** A case has one outcome, so what was measured is told in it. */
function testCase(drill: DrillDocument): string {
  const { title, startedAtMs, endedAtMs, objections, verdict } = drill;
  const kind = kindOf(drill);
  const text = [...objections, measured(drill)].join("\n");
  const outcome =
    kind === undefined
      ? xml("system-out", {}, [], text)
      : xml(kind, { message: objections[0] ?? verdict, type: verdict }, [], text);
  return xml("testcase", { classname: "drills", name: title, time: seconds(endedAtMs - startedAtMs) }, [outcome]);
}

function measured(drill: DrillDocument): string {
  const { longestGapMs, limits, lost, sent, victim, newHolder, movedAfterMs, twoHoldersMs, missing, late } = drill;
  const lines = [
    `longest gap: ${longestGapMs} ms${limits.maxGapMs === undefined ? "" : `, limit ${limits.maxGapMs} ms`}`,
    `lost requests: ${lost} of ${sent}`,
    ...(missing === undefined ? [] : [`writes: ${missing} acknowledged and missing, ${late} late`]),
    ...(victim === undefined ? [] : [`broken: ${victim}`]),
    ...(newHolder === undefined ? [] : [`taken over: by ${newHolder} after ${movedAfterMs} ms`]),
    `two held at once: ${twoHoldersMs} ms`,
  ];
  return lines.join("\n");
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);
