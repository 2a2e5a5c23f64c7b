import { z } from "zod";
import { sh } from "../define/command.ts";
import { defineOperation } from "../define/operation.ts";
import { change, predict, run } from "../define/step.ts";
import { hostName } from "../probes/host-name.ts";

/** Keeps the host's own name, now and after a restart. */
export const hostname = defineOperation({
  name: "hostname",
  summary: "Keeps the host's own name, live and in /etc/hostname.",
  args: z.strictObject({
    name: z
      .string()
      .max(64)
      .regex(
        /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/,
        "is not a name of lower-case letters, digits and `-` (RFC 1123)",
      )
      .describe("the wanted name"),
  }),
  example: 'hostname({ name: "lb1" })',
  subject: ({ name }) => name,
  read: () => ({ now: hostName() }),
  plan: ({ args: { name }, current: { now } }) => {
    const changes = [
      ...(now.live === name ? [] : [change("live name", now.live, name)]),
      ...(now.stored === name ? [] : [change("stored name", now.stored, name)]),
    ];
    if (changes.length === 0) return [];
    return [
      run(
        sh`hostnamectl set-hostname ${name} 2>/dev/null || { umask 022; printf '%s\\n' ${name} >/etc/hostname && hostname ${name}; }`,
        {
          changes,
          effects: [predict(hostName(), { live: name, stored: name })],
          touches: ["hostname", "path:/etc/hostname"],
        },
      ),
    ];
  },
});
