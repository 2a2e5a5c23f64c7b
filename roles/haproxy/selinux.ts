import { change, defineOperation, defineProbe, predict, run, sh, z } from "ts-play";

/** Whether a boolean of the SELinux policy is on; undefined where there is no SELinux or no such boolean. */
export const selinuxValue = defineProbe<string, boolean | undefined>({
  name: "selinuxValue",
  summary: "Whether a boolean of the SELinux policy is on; undefined where there is none.",
  command: (name) => sh`cat ${`/sys/fs/selinux/booleans/${name}`} 2>/dev/null || true`,
  // The value now, and the one that waits to be taken over.
  parse: ({ stdout }) => (stdout.trim() === "" ? undefined : stdout.startsWith("1")),
  looksAt: (name) => ["packages", `path:/sys/fs/selinux/booleans/${name}`],
  bare: () => undefined,
});

/** Turns a boolean of the SELinux policy on, now and after a restart; nothing where SELinux is off. */
export const selinuxAllows = defineOperation({
  name: "selinuxAllows",
  summary: "Turns a boolean of the SELinux policy on, now and after a restart; nothing where SELinux is off.",
  example: 'selinuxAllows({ name: "haproxy_connect_any" })',
  args: z.strictObject({ name: z.string().regex(/^\w+$/).describe("of the boolean") }),
  subject: ({ name }) => name,
  read: ({ name }) => ({ on: selinuxValue(name) }),
  plan: ({ args: { name }, current: { on } }) =>
    on === false
      ? [
          run(sh`setsebool -P ${name} 1`, {
            changes: [change(name, false, true)],
            effects: [predict(selinuxValue(name), true)],
            touches: [`path:/sys/fs/selinux/booleans/${name}`],
          }),
        ]
      : [],
});

/** `semanage port -l`: http_port_t, where the policy lets haproxy listen and connect to anyway. */
const HTTP_PORTS: ReadonlySet<number> = new Set([80, 81, 443, 488, 8008, 8009, 8443, 9000]);

/** Whether the policy keeps haproxy from one of these ports. */
export const needsAnyPort = (ports: readonly number[]): boolean => ports.some((port) => !HTTP_PORTS.has(port));
