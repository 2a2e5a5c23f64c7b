import { type Command, commandText, script, sh } from "../define/command.ts";
import type { Fault } from "../define/fault.ts";
import { defineProbe } from "../define/probe.ts";

const FOLDER = "/run/ts-play-drill";
const UNIT = "ts-play-drill";

/** What a host says before something is broken on it. */
export interface SwitchState {
  /** An earlier drill is still to be mended here. */
  readonly armed: boolean;
  /** Programs that are needed and not there. */
  readonly missing: readonly string[];
  readonly bootId: string;
}

/** Whether a drill can begin on a host: asked with the programs that its faults need. */
export const switchState = defineProbe<readonly string[], SwitchState>({
  name: "drillSwitch",
  summary:
    "Whether a host still has something to mend that a drill broke, and whether it could arm a switch that mends.",
  command: (needs) =>
    sh`[ ! -e ${FOLDER}/mend ] || echo armed
[ -d /run/systemd/system ] || echo missing systemd
for p in systemd-run systemctl ${needs}; do command -v "$p" >/dev/null 2>&1 || echo "missing $p"; done
printf 'boot '; cat /proc/sys/kernel/random/boot_id`,
  parse: ({ stdout }) => ({
    armed: /^armed$/m.test(stdout),
    missing: [...new Set([...stdout.matchAll(/^missing (.*)$/gm)].map(([, name]) => name!))],
    bootId: /^boot (.*)$/m.exec(stdout)?.[1] ?? "",
  }),
  looksAt: () => ["everything"],
  bare: () => ({ armed: false, missing: [], bootId: "" }),
  timeoutMs: 10_000,
});

/**
 * Leaves on the host what mends it, with a timer of systemd that does so after `afterMs` whatever becomes of this process and of the link.
 * It tries again until all has been mended. A restart of the host forgets both, and everything that a drill breaks.
 */
export function arm(faults: readonly Fault[], afterMs: number): Command {
  const timer = ["--quiet", "--collect", `--unit=${UNIT}`, `--on-active=${afterMs}ms`];
  const settings = ["--timer-property=AccuracySec=100ms", "--property=Restart=on-failure", "--property=RestartSec=5s"];
  return sh`set -e
systemctl stop ${UNIT}.timer ${UNIT}.service 2>/dev/null || :
umask 077
mkdir -p ${FOLDER}
printf %s ${mendText(faults)} >${FOLDER}/new
mv -f ${FOLDER}/new ${FOLDER}/mend
systemd-run ${timer} ${settings} --description='Mends what a drill of ts-play broke' /bin/sh ${FOLDER}/mend`;
}

/** Mends now, unless the host has done so by itself, and disarms. Fails, and leaves the switch armed, when something could not be mended. */
export const mend: Command = sh`if [ -e ${FOLDER}/mend ]; then /bin/sh ${FOLDER}/mend; fi &&
systemctl stop ${UNIT}.timer ${UNIT}.service 2>/dev/null || [ ! -e ${FOLDER}/mend ]`;

/**
 * Breaks what is to be broken; what cuts the link comes last, and a moment later, so that the answer still gets through. Nobody can reach
 * the host then, so it mends itself, `holdMs` after that was done: a slow host may need seconds to begin.
 */
export function breakAll(faults: readonly Fault[], holdMs: number): Command {
  const [near, far] = [false, true].map((cuts) => faults.filter(({ cutsLink }) => cutsLink === cuts));
  const tried = faults.flatMap(({ rehearse }) => (rehearse ? [rehearse] : []));
  const first = [...tried, ...(near ?? []).map((fault) => fault.break)];
  return script(
    ["set -e", ...[...first, ...later(far ?? [], holdMs)].map((command) => `( ${textOf(command)}\n)`)].join("\n"),
  );
}

function later(far: readonly Fault[], holdMs: number): readonly Command[] {
  if (far.length === 0) return [];
  const mends = far.some(({ mend }) => mend !== undefined);
  const lines = [
    "sleep 1",
    ...far.map((fault) => `( ${textOf(fault.break)}\n)`),
    ...(mends ? [`sleep ${holdMs / 1000}`, `/bin/sh ${FOLDER}/mend && systemctl stop ${UNIT}.timer`] : []),
  ];
  return [
    sh`umask 077; mkdir -p ${FOLDER}; printf %s ${`${lines.join("\n")}\n`} >${FOLDER}/break
systemd-run --quiet --collect --no-block --unit=${UNIT}-break /bin/sh ${FOLDER}/break`,
  ];
}

/** Each is tried, whatever became of the others, the last that was broken first. */
function mendText(faults: readonly Fault[]): string {
  const commands = faults.flatMap(({ mend: mends }) => (mends ? [textOf(mends)] : [])).toReversed();
  return [
    "c=0",
    ...commands.map((text) => `( ${text}\n) || c=1`),
    `[ $c -ne 0 ] || rm -rf ${FOLDER}`,
    "exit $c",
    "",
  ].join("\n");
}

const textOf = (command: Command): string => commandText(command, refuse);

function refuse(): never {
  throw new Error("what a drill breaks cannot hold an output of another host");
}
