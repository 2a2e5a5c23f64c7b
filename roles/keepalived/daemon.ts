import { defineOperation, file, fileHash, fileText, pathState, service, unitState, z } from "ts-play";

const PATH = "/etc/keepalived/started-with";
const UNIT = "keepalived";

const args = z.strictObject({
  settings: z
    .record(z.string(), z.string())
    .describe("what keepalived takes up when it starts and never at a reload, by the instance that it is of"),
});

/**
 * Keeps keepalived running, and brings it what has changed: by a reload, which keeps the state of every instance, and by a restart where
 * a reload would leave an instance on its old interface or router id, or systemd with its old watchdog. What it was started with is kept in a
 * file beside its configuration, so a run that died between the change and the restart is made good by the next.
 */
export const daemon = defineOperation({
  name: "keepalivedDaemon",
  summary: "Keeps keepalived running; reloads it, or restarts it where a reload cannot carry a change.",
  args,
  example: 'daemon({ settings: { virtual_ip: "router id 10 on eth0" } })',
  subject: () => "",
  read: () => ({ unit: unitState(UNIT), text: fileText(PATH), state: pathState(PATH), hash: fileHash(PATH) }),
  plan: ({ args: { settings }, current: { unit, text = "", state, hash }, triggered }) => {
    const stale = isStale(text, settings);
    return [
      ...service.plan({
        args: { unit: UNIT, refresh: stale ? "restart" : "reload" },
        current: { unit },
        triggered: triggered || stale,
      }),
      ...file.plan({ args: { path: PATH, content: textOf(settings) }, current: { state, hash } }),
    ];
  },
});

const textOf = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("");

/** An instance that is new or gone is no reason to restart the others. */
function isStale(text: string, settings: Readonly<Record<string, string>>): boolean {
  const before = text.split("\n").map((line) => line.split(": ", 2));
  return before.some(([name = "", value]) => settings[name] !== undefined && settings[name] !== value);
}
