import { z } from "zod";

const count = z.int().min(0);
const when = z.iso.datetime();

const finding = z.object({
  host: z.string(),
  task: z.string(),
  role: z.string(),
  status: z.enum(["new", "known"]).describe("`new`: the check before found it in sync, or there was none that is kept"),
  since: when.describe("the first check that found it"),
  what: z.string().describe("the attributes that differ, on one line"),
  follows: z.string().optional().describe("set when the task only reacts to this drift of another task"),
});

const closed = z.object({
  host: z.string(),
  task: z.string(),
  since: when,
  how: z
    .enum(["fixed", "not wanted"])
    .describe("`fixed`: found in sync again; `not wanted`: the playbook no longer has it"),
});

const unread = z.object({
  host: z.string(),
  since: when.describe("the first check that could not read it to the end"),
  cause: z.string(),
});

const check = z.object({
  run: z.string(),
  at: when,
  exitCode: z.int(),
  inSync: count,
  drifted: count,
  failed: count,
  unknown: count,
  findings: count,
  opened: count,
  closed: count,
});

/** What a drift check adds to the document of its run. */
export const driftDocument = z.object({
  saved: z.boolean().describe("whether this check is kept in the history"),
  findings: z.array(finding).readonly(),
  closed: z.array(closed).readonly().describe("what the check before found, and this one did not"),
  unread: z.array(unread).readonly().describe("hosts of which nothing can be said: never counted as in sync"),
  notLookedAt: count.describe("findings of earlier checks that this one did not look at, because of its flags"),
  checks: z.array(check).readonly().describe("the kept checks, oldest first, at most the last 90; this one is last"),
});

export type DriftDocument = z.output<typeof driftDocument>;
export type Finding = z.output<typeof finding>;
export type ClosedFinding = z.output<typeof closed>;
export type UnreadHost = z.output<typeof unread>;
export type DriftCheck = z.output<typeof check>;
