import { z } from "zod";
import { sh } from "../define/command.ts";
import { defineOperation } from "../define/operation.ts";
import { change, predict, run, type Step } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { fileHash } from "../probes/file-hash.ts";
import { pathState } from "../probes/path-state.ts";
import { normalValue, settingsSetWith, sysctlKey, sysctlPath, sysctlValue } from "../probes/sysctl-value.ts";
import { file } from "./file.ts";

// The last part of a key may hold what interface names hold.
const KEY = /^[a-z]\w*(?:[./][\w@:-]+)+$/;

/** Keeps a kernel setting, now and after a restart. */
export const sysctl = defineOperation({
  name: "sysctl",
  summary: "Keeps a kernel setting, live and in a file below /etc/sysctl.d for the next boot.",
  args: z.strictObject({
    key: z
      .string()
      .regex(KEY, "is not the name of a kernel setting, such as `net.ipv4.ip_forward`")
      .transform(sysctlKey)
      .describe("the setting; with slashes when a name in it has a dot: `net/ipv4/conf/eth0.1/rp_filter`"),
    value: z
      .union([z.int().transform(String), z.string().regex(/^[^\n\0]+$/)])
      .transform(normalValue)
      .describe("the wanted value; words of a list are separated by blanks"),
  }),
  example: 'sysctl({ key: "net.ipv4.ip_forward", value: 1 })',
  subject: ({ key }) => key,
  read: ({ key }) => ({ live: sysctlValue(key), state: pathState(storeOf(key)), hash: fileHash(storeOf(key)) }),
  plan: ({ args: { key, value }, current: { live, ...stored } }) => [
    ...file.plan({ args: { path: storeOf(key), content: `${key} = ${value}\n` }, current: stored }),
    ...(live === value ? [] : [setLive(key, value, live)]),
  ],
});

/** A file for each setting, so that two roles never edit the same one; sysctl.d(5) wants slashes in names turned into dots. */
const storeOf = (key: string): string => `/etc/sysctl.d/60-ts-play-${key.replaceAll("/", "_")}.conf`;

function setLive(key: string, value: string, live: string | undefined): Step {
  if (live === undefined) {
    throw new TaskRefusal(`this kernel has no setting ${key}`, "load the module that brings it first (kernelModule)");
  }
  return run(sh`printf '%s\\n' ${value} >${sysctlPath(key)}`, {
    changes: [change(key, live, value)],
    effects: [predict(sysctlValue(key), value)],
    touches: settingsSetWith(key),
  });
}
