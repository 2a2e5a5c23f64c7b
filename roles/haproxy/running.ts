import { change, defineOperation, predict, run, type Step, service, sh, unitState, z } from "ts-play";
import { loadedConfiguration } from "./loaded.ts";

const UNIT = "haproxy.service";

/**
 * Keeps haproxy running with its present configuration. `systemctl reload` tells success even when the new process could
 * not start and the old one went on, so what counts is what the process says of itself.
 */
export const running = defineOperation({
  name: "haproxyRunning",
  summary: "Keeps haproxy running and enabled, with the configuration that is in its file.",
  example: 'running({ id: "ts-play 0123456789abcdef", socket: "/run/haproxy/admin.sock" })',
  args: z.strictObject({
    id: z.string().describe("what the configuration calls itself"),
    socket: z.string().describe("where haproxy answers"),
  }),
  subject: () => "",
  read: ({ socket }) => ({ unit: unitState(UNIT), loaded: loadedConfiguration(socket) }),
  plan: ({ args, current: { unit, loaded }, triggered }) => {
    const steps = service.plan({ args: { unit: UNIT }, current: { unit } });
    const loads = predict(loadedConfiguration(args.socket), args.id);
    if (!["active", "reloading"].includes(unit.active))
      return steps.map((step) => ({ ...step, effects: [...step.effects, loads] }));
    if (!triggered && loaded === args.id) return steps;
    return [...steps, reload(args, loaded, [loads])];
  },
});

const reload = (
  { id, socket }: { readonly id: string; readonly socket: string },
  loaded: string | undefined,
  effects: Step["effects"],
): Step =>
  run(reloadCommand(id, socket), {
    changes: [change("configuration", loaded === id ? "as it was when haproxy read it" : "old", "reloaded")],
    effects,
    touches: [`unit:${UNIT}`, `path:${socket as `/${string}`}`],
  });

/** A new process shows by its number and by what it calls its configuration; the old one's complaints about it are in the journal. */
const reloadCommand = (id: string, socket: string) => sh`worker() {
  echo "show info" | timeout 10 socat -t 5 STDIO UNIX-CONNECT:${socket} 2>/dev/null | sed -n 's/^Pid: //p; s/^description: //p'
}
before=$(worker)
systemctl reload-or-restart haproxy.service || exit
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  case $(worker) in "$before") ;; *${id}) exit 0 ;; esac
  sleep 0.5
done
journalctl -u haproxy.service -n 50 -o cat --no-pager | grep -F '[ALERT]' >&2
echo "haproxy could not take the new configuration and goes on with the former one" >&2
exit 1`;
