import { type Command, sh } from "../define/command.ts";
import type { UnitState } from "../probes/unit-state.ts";

/** `systemctl start` returns for these as soon as the process was made, before anybody knows whether it can stay. */
const STARTED_BLINDLY = ["simple", "exec", "idle"];

/**
 * Starts, restarts or reloads units and waits until they are active; when one is not, standard error shows its state and its
 * last journal lines. A unit that had failed is given a fresh count of tries first.
 */
export function unitsStart(verb: "start" | "restart" | "reload-or-restart", units: readonly UnitState[]): Command {
  const ids = units.map(({ id }) => id);
  const failed = units.filter(({ active }) => active === "failed").map(({ id }) => id);
  const lasting = units.filter(({ type }) => type !== "oneshot").map(({ id }) => id);
  const blind = units.some(({ type }) => STARTED_BLINDLY.includes(type));
  return sh`# systemctl ${verb} ${ids}
ok=yes
${failed.length ? sh`systemctl reset-failed ${failed}\n` : sh``}systemctl ${verb} ${ids} || ok=
${blind ? sh`[ -z "$ok" ] || sleep 1\n` : sh``}${lasting.length ? sh`[ -z "$ok" ] || ${stillActive(lasting)}\n` : sh``}[ -z "$ok" ] || exit 0
for unit in ${ids}; do
${ids.length > 1 ? sh`  systemctl is-active --quiet "$unit" && continue\n` : sh``}  systemctl status --no-pager --full --lines=0 "$unit"
  journalctl --unit "$unit" --no-pager --lines=20 --output=cat
done >&2
exit 1`;
}

const stillActive = (ids: readonly string[]): Command => sh`for unit in ${ids}; do
  systemctl is-active --quiet "$unit" || { echo "$unit did not stay active" >&2; ok=; }
done`;
