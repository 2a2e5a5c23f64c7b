import { type Command, sh } from "./command.ts";
import { cut, mendCut, rehearseCut } from "./cut-network.ts";

/** One thing that a drill breaks on a host, as data: how it is done, and how it is undone. */
export interface Fault {
  /** Said of the host: `stop haproxy.service`. */
  readonly title: string;
  readonly break: Command;
  /** Fails where the break would; changes nothing. For a break that nobody is left to hear of. */
  readonly rehearse?: Command;
  /** Puts it right whatever is true by then; harmless when nothing is broken. Undefined when the fault ends by itself. */
  readonly mend: Command | undefined;
  /** Programs that the host must have. */
  readonly needs: readonly string[];
  /** Nobody can reach the host while it lasts, so it is the host itself that mends it. */
  readonly cutsLink: boolean;
}

const fault = (given: Pick<Fault, "title" | "break" | "mend"> & Partial<Fault>): Fault =>
  Object.freeze({ needs: ["systemctl"], cutsLink: false, ...given });

/** A fault of your own. `mend` must be right at any moment, also when the break was never made. */
export const breakBy = (
  title: string,
  {
    break: breaks,
    mend,
    needs = [],
  }: { readonly break: Command; readonly mend: Command; readonly needs?: readonly string[] },
): Fault => fault({ title, break: breaks, mend, needs });

/** Stops a unit as an administrator would. */
export const stopUnit = (unit: string): Fault =>
  fault({ title: `stop ${unit}`, break: sh`systemctl stop -- ${unit}`, mend: sh`systemctl start -- ${unit}` });

/**
 * Kills every process of a unit at once (SIGKILL): nothing is tidied up. It stays dead, because what systemd would start again
 * after seconds could hide that nobody took over; with `mayRestart` the unit's own `Restart=` may do so.
 */
export function killUnit(unit: string, { mayRestart = false } = {}): Fault {
  const folder = `/run/systemd/system/${unit}.service.d`.replace(/\.service\.service\.d$/, ".service.d");
  // The last name of all drop-ins wins.
  const file = `${folder}/zzz-ts-play-drill.conf`;
  const kill = sh`systemctl kill --signal=KILL -- ${unit}`;
  const start = sh`systemctl reset-failed -- ${unit} 2>/dev/null; systemctl start -- ${unit}`;
  const hold = sh`mkdir -p -- ${folder} && printf '[Service]\nRestart=no\n' >${file} && systemctl daemon-reload`;
  const letGo = sh`rm -f -- ${file}; rmdir -- ${folder} 2>/dev/null; systemctl daemon-reload`;
  return fault({
    title: `kill -9 ${unit}${mayRestart ? "" : ", for good"}`,
    break: mayRestart ? kill : sh`${hold} && ${kill}`,
    mend: mayRestart ? start : sh`${letGo}; ${start}`,
  });
}

/** Halts every process of a unit (SIGSTOP): it does not answer, does not end, and keeps all that it holds. */
export const freezeUnit = (unit: string): Fault =>
  fault({
    title: `freeze ${unit}`,
    break: sh`systemctl kill --signal=STOP -- ${unit}`,
    // It may have been ended meanwhile, by a watchdog for example.
    mend: sh`systemctl kill --signal=CONT -- ${unit}; systemctl start -- ${unit}`,
  });

/** Drops every packet from and to the host, ssh too: it lives, and nobody sees it. The host ends that by itself. */
export const cutNetwork = (): Fault =>
  fault({
    title: "cut off the network",
    rehearse: rehearseCut,
    break: cut,
    mend: mendCut,
    needs: [],
    cutsLink: true,
  });

/** Restarts the host; it comes back by itself. */
export const rebootHost = (): Fault =>
  fault({ title: "reboot", break: sh`systemctl reboot`, mend: undefined, cutsLink: true });
