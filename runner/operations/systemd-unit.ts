import { z } from "zod";
import { type Command, sh, type temporaryFile } from "../define/command.ts";
import { defineOperation } from "../define/operation.ts";
import { change, predict, remove, run, type Step } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { fileHash } from "../probes/file-hash.ts";
import { pathState } from "../probes/path-state.ts";
import { isUnitName, unitName } from "../probes/unit-name.ts";
import { type UnitState, unitState } from "../probes/unit-state.ts";
import { file } from "./file.ts";
import { inFolder } from "./in-folder.ts";
import { absentAfterwards } from "./path-effects.ts";
import { type UnitSections, unitText } from "./unit-file.ts";

const line = z.string().regex(/^[^\n\0]*$/, "must be one line");
const value = z.union([line, z.number(), z.boolean(), z.array(z.union([line, z.number()]))]);

const args = z
  .strictObject({
    name: z
      .string()
      .refine((name) => isUnitName(unitName(name).replace("@.", "@x.")), "is not the name of a unit")
      .transform(unitName)
      .describe(
        "the unit's name, such as `backup.timer`; without a suffix it is a service; `job@.service` is a template",
      ),
    content: z
      .union([
        z.string().min(1),
        z.record(line, z.record(line, value)).transform((sections: UnitSections) => unitText(sections)),
      ])
      .optional()
      .describe("the unit file: text, or sections as an object (a list stands for the same key many times)"),
    dropIn: z
      .string()
      .regex(/^[\w.-]+$/)
      .optional()
      .describe("writes `<unit>.d/<this>.conf`, which adds to the unit that a package brought"),
    state: z.enum(["present", "absent"]).default("present").describe("whether the file is there"),
  })
  .refine(({ state, content }) => (state === "present") === (content !== undefined), {
    message: "is needed for `present`, and not for `absent`",
    path: ["content"],
  });

type Args = z.output<typeof args>;

/** Keeps a unit file or a drop-in below /etc/systemd/system, and has systemd read it. */
export const systemdUnit = defineOperation({
  name: "systemdUnit",
  summary: "Keeps a systemd unit file or a drop-in, checked by systemd-analyze, and has systemd read it.",
  args,
  example: 'systemdUnit({ name: "tick", content: { Service: { ExecStart: "/usr/bin/sleep 1h" } } })',
  subject: ({ name, dropIn }) => (dropIn === undefined ? name : `${name} ${dropIn}`),
  read: (given) => ({ state: pathState(pathOf(given)), hash: fileHash(pathOf(given)), unit: unitState(given.name) }),
  plan: ({ args, current: { state, hash, unit } }) => {
    if (unit.load === "no-systemd")
      throw new TaskRefusal("the host does not run systemd", "take the host out of this play");
    const files =
      args.state === "absent"
        ? removal(pathOf(args), state.type)
        : file.plan({ args: fileOf(args), current: { state, hash } });
    return files.length > 0 || unit.needsDaemonReload ? [...inDropInFolder(args, files), reload(args, unit)] : [];
  },
});

const pathOf = ({ name, dropIn }: Args): string =>
  `/etc/systemd/system/${name}${dropIn === undefined ? "" : `.d/${dropIn}.conf`}`;

const fileOf = (given: Args) => ({
  path: pathOf(given),
  content: given.content ?? "",
  ...(given.dropIn === undefined && { validate: verify }),
});

/** Warnings about units that are not there yet are no reason to refuse; a host without the program (in no package then) takes the file as it is. */
const verify = (temporary: typeof temporaryFile): Command =>
  sh`! command -v systemd-analyze >/dev/null || systemd-analyze verify --man=no --recursive-errors=no ${temporary} || ${wasUnknownOption}`;

const wasUnknownOption = sh`[ "$(systemctl --version | sed -n '1s/^systemd \\([0-9]*\\).*/\\1/p')" -lt 250 ]`;

function removal(path: string, type: string): readonly Step[] {
  return type === "absent"
    ? []
    : [remove(path, { changes: [change("type", type, "absent")], effects: absentAfterwards(path) })];
}

const inDropInFolder = ({ name, dropIn }: Args, files: readonly Step[]): readonly Step[] =>
  dropIn === undefined ? files : inFolder(`/etc/systemd/system/${name}.d`, files);

/** What other units are is not changed by reading their files again, so only this unit's answer waits for it. */
const reload = (args: Args, unit: UnitState): Step =>
  run(sh`systemctl daemon-reload`, {
    once: "daemon-reload",
    changes: unit.needsDaemonReload ? [change("unit file read", "before its change", "now")] : [],
    effects: [predict(unitState(args.name), (before) => afterwards(args, before))],
    touches: [`unit:${args.name}`],
  });

function afterwards({ name, state, dropIn, content = "" }: Args, before: UnitState): UnitState {
  if (dropIn !== undefined) return { ...before, needsDaemonReload: false };
  return state === "absent" ? unitState.bare(name) : { ...before, needsDaemonReload: false, ...told(content, before) };
}

/** What systemd will know of the unit from its file alone; links that enable it stay as they are. */
const told = (content: string, before: UnitState): Partial<UnitState> => ({
  type: /^Type=(\w+)/m.exec(content)?.[1] ?? (content.includes("[Service]") ? "simple" : ""),
  remainsAfterExit: /^RemainAfterExit=(?:yes|true|on|1)\s*$/im.test(content),
  ...(before.load === "not-found" && { load: "loaded", file: content.includes("[Install]") ? "disabled" : "static" }),
});
