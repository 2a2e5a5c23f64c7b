import { z } from "zod";
import type { Command } from "../define/command.ts";
import { defineOperation } from "../define/operation.ts";
import type { Probe } from "../define/probe.ts";
import { type Change, change, type Effect, predict, run, type Step } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { type InstalledPackage, installedPackage } from "../probes/installed-package.ts";
import { type PackageManager, packageManager } from "../probes/package-manager.ts";
import { unitName } from "../probes/unit-name.ts";
import { unitState } from "../probes/unit-state.ts";
import { aptHold, aptInstall, aptRemove } from "./apt.ts";
import { dnfInstall, dnfRemove } from "./dnf.ts";
import { satisfies, type WantedPackage, wantedPackage } from "./wanted-package.ts";

const args = z.strictObject({
  names: z
    .array(wantedPackage)
    .nonempty()
    .describe("packages by their names on this distribution, perhaps at a version: `nginx=1.22.1-9`, `nginx=1.22.*`"),
  state: z.enum(["present", "absent"]).default("present").describe("whether they are installed"),
  units: z
    .array(z.string())
    .default([])
    .describe("systemd units that the packages bring: a plan of a host that has none of them counts on these"),
  hold: z
    .boolean()
    .optional()
    .describe("keeps others from upgrading them (apt-mark hold); false lets them, without it the hold is left alone"),
  purge: z.boolean().default(false).describe("with `absent`: removes their configuration files as well (apt only)"),
  indexMaxAgeHours: z
    .number()
    .positive()
    .optional()
    .describe(
      "asks for a new package index before installing when it is older; without it only when a package is not found",
    ),
  lockTimeoutSeconds: z
    .int()
    .positive()
    .default(300)
    .describe("how long to wait while another program holds the package lock"),
});

type Args = z.output<typeof args>;
type Reads = { readonly manager: Probe<PackageManager | undefined> } & {
  readonly [key: `package ${string}`]: Probe<InstalledPackage | undefined>;
};

interface Plan {
  readonly args: Args;
  readonly manager: PackageManager;
  readonly installed: (name: string) => InstalledPackage | undefined;
}

/** Keeps packages installed or away. Services are not started by the installation: the first start is the `service` task's. */
export const packages = defineOperation<typeof args, Reads>({
  name: "packages",
  summary: "Keeps packages of the distribution installed (perhaps at a version) or away, with apt, dnf or yum.",
  args,
  example: 'packages({ names: ["haproxy"], units: ["haproxy"] })',
  subject: ({ names }) => names.map(({ name }) => name).join(" "),
  read: ({ names }) => ({
    manager: packageManager(),
    ...Object.fromEntries(names.map(({ name }) => [`package ${name}`, installedPackage(name)])),
  }),
  plan: ({ args, current }) => {
    const { manager } = current;
    const installed = (name: string) => current[`package ${name}`];
    if (args.state === "absent") return removal({ args, manager: managerOf(manager), installed });
    const plan = { args, manager: managerOf(manager), installed };
    const missing = args.names.filter((wanted) => !satisfies(installed(wanted.name), wanted));
    return [...installation(plan, missing), ...holding(plan, missing)];
  },
});

function managerOf(manager: PackageManager | undefined): PackageManager {
  if (manager !== undefined) return manager;
  throw new TaskRefusal("the host has neither apt-get nor dnf nor yum", "take the host out of this play");
}

function installation(plan: Plan, missing: readonly WantedPackage[]): readonly Step[] {
  if (missing.length === 0) return [];
  const { args, manager, installed } = plan;
  const held = missing.find(({ name }) => installed(name)?.held);
  if (held && args.hold === undefined) {
    throw new TaskRefusal(
      `${held.name} is held at ${installed(held.name)?.version}`,
      "set `hold: true` to change the version and hold the new one",
    );
  }
  return [
    run(installCommand(plan, missing), {
      merge: {
        key: `install ${manager} ${args.indexMaxAgeHours} ${args.lockTimeoutSeconds}`,
        items: missing,
        command: (all) => installCommand(plan, all as readonly WantedPackage[]),
      },
      changes: missing.map((wanted) => installChange(wanted, installed(wanted.name))),
      effects: installEffects(plan, missing),
    }),
  ];
}

const installCommand = ({ args, manager }: Plan, missing: readonly WantedPackage[]): Command =>
  manager === "apt"
    ? aptInstall(missing, { ...args, indexMaxAgeHours: args.indexMaxAgeHours })
    : dnfInstall(manager, missing);

const installChange = ({ name, version }: WantedPackage, now: InstalledPackage | undefined): Change =>
  change(`package ${name}`, now?.version ?? "absent", version ?? "installed");

const installEffects = ({ args, manager }: Plan, missing: readonly WantedPackage[]): readonly Effect[] => [
  ...missing.map(({ name, version }) =>
    predict(installedPackage(name), () => ({ version: version ?? "installed", held: false })),
  ),
  ...args.units.map((unit) => unitEffect(unit, manager === "apt" ? "enabled" : "disabled")),
];

/** Debian enables what it installs, Red Hat's presets leave it disabled. */
const unitEffect = (unit: string, file: string): Effect =>
  predict(unitState(unitName(unit)), (before) =>
    before.load === "not-found" ? { ...before, load: "loaded", file } : before,
  );

/** What is installed anew has no hold, so it is set after the installation. */
function holding({ args, manager, installed }: Plan, missing: readonly WantedPackage[]): readonly Step[] {
  const { hold, names } = args;
  if (hold === undefined) return [];
  if (manager !== "apt")
    throw new TaskRefusal(`packages cannot be held with ${manager}`, "name the version of each package instead");
  const different = names
    .filter((wanted) => (hold && missing.includes(wanted)) || Boolean(installed(wanted.name)?.held) !== hold)
    .map(({ name }) => name);
  if (different.length === 0) return [];
  return [
    run(aptHold(different, hold), {
      changes: different.map((name) => change(`hold of ${name}`, !hold, hold)),
      effects: different.map((name) =>
        predict(installedPackage(name), (before) => before && { ...before, held: hold }),
      ),
      touches: ["packages"],
    }),
  ];
}

function removal({ args, manager, installed }: Plan): readonly Step[] {
  const names = args.names.map(({ name }) => name).filter((name) => installed(name) !== undefined);
  if (names.length === 0) return [];
  const command =
    manager === "apt"
      ? aptRemove(names, args.purge, { ...args, indexMaxAgeHours: undefined })
      : dnfRemove(manager, names);
  return [
    run(command, {
      changes: names.map((name) => change(`package ${name}`, installed(name)?.version, "absent")),
      effects: [
        ...names.map((name) => predict(installedPackage(name), undefined)),
        ...args.units.map((unit) => predict(unitState(unitName(unit)), unitState.bare(unitName(unit)))),
      ],
    }),
  ];
}
