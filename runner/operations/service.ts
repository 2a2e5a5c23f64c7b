import { z } from "zod";
import { type Command, sh } from "../define/command.ts";
import type { Footprint } from "../define/footprint.ts";
import { defineOperation } from "../define/operation.ts";
import type { Probe } from "../define/probe.ts";
import { change, predict, run, type Step } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { isUnitName, unitName } from "../probes/unit-name.ts";
import { type UnitState, unitState } from "../probes/unit-state.ts";
import { unitsStart } from "./unit-start.ts";

const wish = z.union([z.boolean(), z.literal("any")]);

const args = z
  .strictObject({
    unit: z
      .string()
      .refine(isUnitName, "is not the name of a unit; an instance of a template is named like `getty@tty1`")
      .transform(unitName)
      .describe("name of the systemd unit; without a suffix it is a service"),
    running: wish
      .optional()
      .describe(
        'whether it is active now; "any" leaves it as it is, for units that end by themselves. Default: true, false when masked',
      ),
    enabled: wish
      .optional()
      .describe('whether it starts at boot; "any" leaves it as it is. Default: true, "any" when masked'),
    masked: z.boolean().default(false).describe("makes it impossible to start, for systemd and for people"),
    refresh: z
      .enum(["restart", "reload"])
      .default("restart")
      .describe(
        "what is done to a running unit when something it reacts to has changed; a unit that cannot reload is restarted",
      ),
  })
  .refine(({ masked, running, enabled }) => !masked || (running !== true && enabled !== true), {
    message: "a masked unit can be neither running nor enabled",
    path: ["masked"],
  });

type Verb = "start" | "stop" | "restart" | "reload-or-restart";

interface Wanted {
  readonly unit: string;
  readonly running: boolean | "any";
  readonly enabled: boolean | "any";
  readonly masked: boolean;
  readonly refresh: "restart" | "reload";
  readonly triggered: boolean;
}

type Reads = { readonly unit: Probe<UnitState>; readonly template?: Probe<UnitState> };

/** Keeps a systemd unit in the wanted state, and refreshes it when something it reacts to has changed. */
export const service = defineOperation<typeof args, Reads>({
  name: "service",
  summary: "Keeps a systemd unit running or stopped, enabled or not, masked or not, and refreshes it after changes.",
  args,
  example: 'service({ unit: "haproxy", refresh: "reload" })',
  subject: ({ unit }) => unit,
  read: ({ unit }): Reads => ({
    unit: unitState(unit),
    ...(isInstance(unit) && { template: unitState(templateOf(unit)) }),
  }),
  plan: ({ args, current: { unit, template }, triggered }) => {
    const now = template === undefined ? unit : fromTemplate(unit, template);
    const wanted: Wanted = {
      ...args,
      running: args.running ?? !args.masked,
      enabled: args.enabled ?? (args.masked ? "any" : true),
      triggered,
    };
    refuse(wanted, now);
    if (args.masked) return [...activity({ ...wanted, running: false }, now), ...masking(wanted, now)];
    return [...reloading(wanted, now), ...masking(wanted, now), ...enabling(wanted, now), ...activity(wanted, now)];
  },
});

/** `job@one.service` is an instance of `job@.service`, systemd.unit(5). */
const isInstance = (unit: string): boolean => /@.+\./.test(unit);
const templateOf = (unit: string): string => unit.replace(/@.+(?=\.)/, "@");

/** Systemd tells nothing of a template, but a plan knows of one that is to be written: then its instances will be there. */
const fromTemplate = (unit: UnitState, template: UnitState): UnitState =>
  unit.load === "not-found" && template.load === "loaded" ? { ...template, ...known(unit) } : unit;

const known = ({ id, active, sub, file }: UnitState): Partial<UnitState> => ({
  id,
  active,
  sub,
  ...(file !== "" && { file }),
});

function refuse({ unit, running, enabled, masked }: Wanted, now: UnitState): void {
  if (now.load === "no-systemd")
    throw new TaskRefusal("the host does not run systemd", "take the host out of this play");
  if (now.load === "not-found" && !masked && (running === true || enabled === true)) {
    throw new TaskRefusal(
      `there is no unit ${unit}`,
      `check its name, or name it in \`units\` of the packages task that brings it`,
    );
  }
  if (running === true && now.type === "oneshot" && !now.remainsAfterExit) {
    throw new TaskRefusal(
      `${unit} is a oneshot service that ends by itself, so it is never found running`,
      'say `running: "any"`',
    );
  }
}

const isRunning = ({ active }: UnitState): boolean => ["active", "reloading", "refreshing"].includes(active);

/** A unit is known by its main name and by the name it was asked for. */
const footprint = (unit: string, { id }: UnitState): readonly Footprint[] => [
  ...new Set<Footprint>([`unit:${unit}`, `unit:${id}`]),
];

const after = (unit: string, state: Partial<UnitState>) => [
  predict(unitState(unit), (before) => ({ ...before, ...state })),
];

/** Systemd still holds the unit as it was before its file changed. Only this unit's own answer waits for it. */
function reloading({ unit }: Wanted, now: UnitState): readonly Step[] {
  if (!now.needsDaemonReload) return [];
  return [
    run(sh`systemctl daemon-reload`, {
      once: "daemon-reload",
      changes: [change("unit file read", "before its change", "now")],
      effects: after(unit, { needsDaemonReload: false }),
      touches: footprint(unit, now),
    }),
  ];
}

function masking({ unit, masked }: Wanted, now: UnitState): readonly Step[] {
  const isMasked = now.file.startsWith("masked");
  if (isMasked === masked) return [];
  return [
    run(masked ? sh`systemctl mask ${now.id}` : sh`systemctl unmask ${now.id}`, {
      changes: [change("masked", isMasked, masked)],
      effects: after(unit, masked ? { load: "masked", file: "masked" } : { load: "loaded", file: "disabled" }),
      touches: LINKS,
    }),
  ];
}

/** Links of this and of the units that its file names to go with it (`Also=`, systemd.unit(5)). */
const LINKS: readonly Footprint[] = ["units", "tree:/etc/systemd/system"];

/** Other states (`static`, `indirect`, `generated`, `alias` ...) have no link to set, so nothing is wanted of them. */
function enabling({ unit, enabled }: Wanted, now: UnitState): readonly Step[] {
  const different = enabled === true ? OFF.includes(now.file) : enabled === false && ON.includes(now.file);
  if (!different) return [];
  const verb = enabled ? "enable" : "disable";
  const enablement = (ids: readonly string[]) => sh`systemctl ${verb} ${ids}`;
  return [
    run(enablement([now.id]), {
      merge: { key: `systemctl ${verb}`, items: [now.id], command: (ids) => enablement(ids as readonly string[]) },
      changes: [change("enabled", now.file, enabled ? "enabled" : "disabled")],
      effects: after(unit, { file: enabled ? "enabled" : "disabled" }),
      touches: LINKS,
    }),
  ];
}

const ON = ["enabled", "enabled-runtime"];
/** After unmasking nothing is known, and to enable once more does no harm. */
const OFF = ["disabled", "enabled-runtime", "linked", "linked-runtime", "masked", "masked-runtime", "bad"];

function activity(wanted: Wanted, now: UnitState): readonly Step[] {
  const { unit, running } = wanted;
  const verb = verbFor(wanted, now);
  if (verb === undefined) return [];
  const active = verb === "stop" ? "inactive" : "active";
  return [
    // What a program makes when it begins and removes when it ends is not known here, nor which units go with it.
    run(activation(verb, [now]), {
      merge: {
        key: `systemctl ${verb}`,
        items: [now],
        command: (all) => activation(verb, all as readonly UnitState[]),
      },
      changes: [
        isRunning(now) && running !== false
          ? change("refreshed", "old configuration", verb)
          : change("active", now.active, active),
      ],
      effects:
        now.type === "oneshot" && !now.remainsAfterExit
          ? []
          : after(unit, { active, sub: active === "active" ? "running" : "dead" }),
      touches: verb === "reload-or-restart" ? footprint(unit, now) : ["everything"],
    }),
  ];
}

const activation = (verb: Verb, units: readonly UnitState[]): Command =>
  verb === "stop" ? sh`systemctl stop ${units.map(({ id }) => id)}` : unitsStart(verb, units);

/** A unit that is only now started reads the new configuration anyway, so only a running one is refreshed. */
function verbFor({ running, refresh, triggered }: Wanted, now: UnitState): Verb | undefined {
  if (running === false) return ["inactive", "failed"].includes(now.active) ? undefined : "stop";
  if (isRunning(now)) return triggered ? (refresh === "reload" ? "reload-or-restart" : "restart") : undefined;
  if (running === true) return "start";
  return triggered && now.type === "oneshot" ? "start" : undefined;
}
