import { z } from "zod";
import { Command, sh } from "../define/command.ts";
import { type Condition, conditionOf } from "../define/condition.ts";
import { type Content, isContent } from "../define/content.ts";
import type { Footprint } from "../define/footprint.ts";
import { defineOperation } from "../define/operation.ts";
import type { Probes } from "../define/probe.ts";
import { type Change, change, type Effect, predict, run } from "../define/step.ts";
import { pathExists } from "../probes/path-exists.ts";
import { pathFootprint } from "../probes/path-footprint.ts";
import { absolutePath } from "./absolute-path.ts";
import { conditionArgument } from "./condition-argument.ts";
import { environment } from "./environment.ts";
import { fileMode } from "./file-mode.ts";
import { footprint } from "./footprint-argument.ts";
import { exactlyOneOf } from "./one-of.ts";

/** The umask of steps. */
const USUAL_UMASK = "0022";

const args = z
  .object({
    run: z.instanceof(Command, { error: "a command is needed: sh`...`" }).describe("the command, as sh`...`"),
    creates: absolutePath.optional().describe("guard: it runs only while there is nothing at this path"),
    unless: conditionArgument
      .optional()
      .describe("guard: it runs only while this does not hold: a read-only command or `holds(probe, ...)`"),
    always: z.string().min(1).optional().describe("guard: it runs each time; the text says why that is right"),
    onlyWhenTriggered: z.literal(true).optional().describe("guard: it runs only when one of `onChangeOf` changed"),
    stdin: z.custom<Content>(isContent, "text, bytes or a secret is needed").optional().describe("its standard input"),
    env: environment.describe("its environment variables; may hold secrets"),
    cwd: absolutePath.optional().describe("the folder it runs in; by default `/`"),
    umask: fileMode.default(USUAL_UMASK).describe("rights that files it makes do not get"),
    changes: z
      .array(footprint)
      .default(["everything"])
      .describe("what it can change, such as `path:/etc/app.conf`; only that is looked at again afterwards"),
  })
  .superRefine(exactlyOneOf("guard", ["creates", "unless", "always", "onlyWhenTriggered"]));

type Arguments = z.output<typeof args>;

/** Runs a command while its guard says so; also, whatever the guard says, when something in `onChangeOf` changed. */
export const command = defineOperation({
  name: "command",
  summary: "A command that runs while its guard says so, and when something it reacts to has changed.",
  example:
    "command({ run: sh`update-ca-certificates --fresh`, unless: sh`test -s /etc/ssl/certs/ca-certificates.crt` })",
  args,
  subject: ({ run }) => firstLine(run.toString()),
  read: ({ creates, unless }): Probes => {
    if (creates !== undefined) return { guard: pathExists(creates) };
    return unless === undefined ? {} : { guard: conditionOf(unless).probe };
  },
  plan: ({ args, current, triggered }) => {
    const reason = reasonToRun(args, current.guard, triggered);
    if (reason === undefined) return [];
    const { stdin, env } = args;
    return [run(prepared(args), { stdin, env, changes: [reason], effects: effectsOf(args), touches: touchesOf(args) })];
  },
  provable: ({ always }) => always === undefined,
  repeatable: ({ always }) => always === undefined,
});

const MAX_SUBJECT = 80;

function firstLine(text: string): string {
  const [line = ""] = text.trim().split("\n");
  return line.length <= MAX_SUBJECT ? line : `${line.slice(0, MAX_SUBJECT - 3)}...`;
}

function reasonToRun({ creates, unless, always }: Arguments, guard: unknown, triggered: boolean): Change | undefined {
  if (triggered) return change("reaction", undefined, "run again");
  if (always !== undefined) return change("always", undefined, always);
  if (creates !== undefined) return guard === true ? undefined : change(creates, "absent", "created");
  if (unless === undefined) return undefined;
  const { test, title } = conditionOf(unless);
  return test(guard) ? undefined : change(title, false, true);
}

/** Steps run with umask 022 anyway; what is as it would be needs no words in a plan. */
function prepared({ run, cwd, umask }: Arguments): Command {
  const placed = cwd === undefined ? run : sh`cd ${cwd} || exit 1; ${run}`;
  return umask === USUAL_UMASK ? placed : sh`umask ${umask}; ${placed}`;
}

function effectsOf({ creates, unless }: Arguments): readonly Effect[] {
  if (creates !== undefined) return [predict(pathExists(creates), true)];
  return unless === undefined ? [] : metAfterwards(conditionOf(unless));
}

/** Of a question with yes or no as its answer it is known which of the two the guard waits for. */
const metAfterwards = ({ probe, test }: Condition): readonly Effect[] =>
  typeof probe.kind.bare(probe.argument as never) === "boolean"
    ? [true, false].filter((answer) => test(answer)).map((answer) => predict(probe, answer))
    : [];

const touchesOf = ({ changes, creates }: Arguments): readonly Footprint[] =>
  creates === undefined ? changes : [...new Set([...changes, pathFootprint(creates)])];
