import { type Command, sh } from "../define/command.ts";
import type { UnitState } from "../probes/unit-state.ts";

/** `systemctl start` returns for these as soon as the process was made, before anybody knows whether it can stay. */
const STARTED_BLINDLY = ["simple", "exec", "idle"];

/**
 * Starts, restarts or reloads a unit and waits until it is active; when that fails, standard error shows its state and its
 * last journal lines. A unit that had failed is given a fresh count of tries first.
 */
export function unitStart(verb: "start" | "restart" | "reload-or-restart", { id, type, active }: UnitState): Command {
  return sh`# systemctl ${verb} ${id}
${active === "failed" ? sh`systemctl reset-failed ${id}\n` : sh``}systemctl ${verb} ${id} && ${staysActive(id, type)} && exit
{ systemctl status --no-pager --full --lines=0 ${id}
journalctl --unit ${id} --no-pager --lines=20 --output=cat; } >&2
exit 1`;
}

function staysActive(id: string, type: string): Command {
  if (type === "oneshot") return sh`true`;
  return sh`{ ${STARTED_BLINDLY.includes(type) ? sh`sleep 1; ` : sh``}systemctl is-active --quiet ${id} || { echo ${`${id} did not stay active`} >&2; false; }; }`;
}
