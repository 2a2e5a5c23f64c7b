import { z } from "zod";
import { driftDocument } from "./drift-document.ts";
import { drillDocument } from "./drill-document.ts";

const count = z.int().min(0);
const milliseconds = z.number().min(0);
const sinceStart = milliseconds.describe("ms since the start of the run");

const taskState = z
  .enum(["ok", "changed", "failed", "unreachable", "unknown", "skipped"])
  .describe("`changed` is `would change` in mode `check`; `unknown`: it may have happened or not");

const hostState = z
  .enum(["done", "failed", "unreachable", "unknown", "skipped"])
  .describe("the worst of its plays; `done`: all tasks ok or changed");

const counts = z
  .object({ ok: count, changed: count, failed: count, unreachable: count, unknown: count, skipped: count })
  .describe("tasks by state");

const failure = z
  .object({
    message: z.string().describe("the cause"),
    fix: z.string().optional().describe("what to do about it"),
    command: z.string().optional(),
    exitCode: z.int().optional(),
    output: z.string().optional().describe("the last lines that the command printed"),
    stack: z.string().optional().describe("only for a bug"),
  })
  .describe("why something did not work");

const change = z.object({
  attribute: z.string(),
  from: z.string().describe("`(absent)` for nothing"),
  to: z.string(),
  diff: z.string().optional().describe("a unified diff, with `--diff` and in drift checks"),
});

const task = z.object({
  play: count.describe("the number of the play"),
  task: z.string().describe("`role/operation subject`, stable over runs"),
  role: z.string(),
  state: taskState,
  steps: z.array(z.string()).readonly().describe("what was, or in mode `check` would be, done"),
  changes: z.array(change).readonly(),
  reason: z.string().optional().describe("why it was skipped, or what it reacts to"),
  failure: failure.optional(),
  output: z.string().optional().describe("what its commands printed, with `-vv`"),
  endedAtMs: sinceStart,
  durationMs: milliseconds,
  tries: count,
});

const host = z.object({
  name: z.string(),
  state: hostState,
  counts,
  durationMs: milliseconds.describe("of all its plays"),
  roundTrips: count,
  plays: z
    .array(
      z.object({
        play: count,
        state: hostState,
        startedAtMs: sinceStart,
        endedAtMs: sinceStart,
        failure: failure.optional(),
      }),
    )
    .readonly(),
  tasks: z.array(task).readonly().describe("in the order in which they ended"),
});

/** What is known of one run: the JSON report, and what every other report is made of. `docs/report.schema.json` is made of this. */
export const runDocument = z
  .object({
    format: z.literal("ts-play-report"),
    v: z
      .literal(1)
      .describe("grows only when something that was there changes or goes; new fields may come at any time"),
    run: z.object({
      id: z.string(),
      startedAt: z.iso.datetime(),
      durationMs: milliseconds,
      mode: z.enum(["apply", "check", "drill", "exec"]),
      kind: z.enum(["run", "drift"]).describe("`drift`: a check by `ts-play drift`"),
      playbook: z.string().describe("as people name it where the run was started"),
      inventory: z.array(z.string()).readonly(),
      command: z.array(z.string()).readonly().describe("the arguments of ts-play; secrets masked"),
      version: z.string().describe("of ts-play"),
      exitCode: z.int().nullable().describe("null: the run was killed, and what it did last is unknown"),
      message: z.string().optional(),
    }),
    totals: z.object({
      tasks: counts,
      hosts: z.object({
        inSync: count.describe("looked at to the end, and nothing to change"),
        changed: count.describe("looked at to the end, and something was or would be changed"),
        failed: count,
        unreachable: count,
        unknown: count,
        skipped: count,
      }),
    }),
    plays: z
      .array(
        z.object({
          play: count.describe("its number in the playbook, from 0"),
          title: z.string(),
          hosts: z.array(z.string()).readonly(),
          startedAtMs: sinceStart.optional().describe("missing when it did not begin"),
          endedAtMs: sinceStart.optional(),
        }),
      )
      .readonly(),
    hosts: z.array(host).readonly(),
    notes: z
      .array(
        z.object({
          atMs: sinceStart,
          level: z.enum(["info", "warning"]),
          host: z.string().optional(),
          message: z.string(),
        }),
      )
      .readonly(),
    drills: z.array(drillDocument).readonly().describe("in mode `drill`, in the order in which they were begun"),
    drift: driftDocument.optional().describe("of a drift check: what differs, and since when"),
  })
  .meta({ title: "A run of ts-play", description: "Made by `ts-play report --json`." });

export type RunDocument = z.output<typeof runDocument>;
export type HostDocument = z.output<typeof host>;
export type TaskDocument = z.output<typeof task>;
