import { dirname } from "node:path/posix";
import { z } from "zod";
import { sh } from "../define/command.ts";
import { defineOperation } from "../define/operation.ts";
import { change, predict, run, type Step } from "../define/step.ts";
import { fileHash } from "../probes/file-hash.ts";
import { moduleLoaded, moduleName } from "../probes/module-loaded.ts";
import { type PathState, pathState } from "../probes/path-state.ts";
import { file } from "./file.ts";
import { inFolder } from "./in-folder.ts";

/** Keeps a kernel module loaded, now and after a restart. */
export const kernelModule = defineOperation({
  name: "kernelModule",
  summary: "Keeps a kernel module loaded, and has it loaded at boot (modules-load.d).",
  args: z.strictObject({
    name: z
      .string()
      .regex(/^\w[\w-]*$/, "is not the name of a kernel module")
      .describe("the module's name"),
    params: z
      .record(z.string().regex(/^\w+$/), z.union([z.int(), z.string().regex(/^[^\s"\0]+$/)]))
      .default({})
      .describe(
        "options for loading (modprobe.d); a module that is loaded already keeps those it has until the next boot",
      ),
  }),
  example: 'kernelModule({ name: "br_netfilter" })',
  subject: ({ name }) => name,
  read: ({ name }) => ({
    loaded: moduleLoaded(moduleName(name)),
    list: pathState(listOf(name)),
    listHash: fileHash(listOf(name)),
    options: pathState(optionsOf(name)),
    optionsHash: fileHash(optionsOf(name)),
  }),
  plan: ({ args: { name, params }, current }) => [
    ...(Object.keys(params).length === 0
      ? []
      : kept(optionsOf(name), optionLine(name, params), current.options, current.optionsHash)),
    ...kept(listOf(name), `${name}\n`, current.list, current.listHash),
    ...(current.loaded ? [] : [load(name)]),
  ],
});

const listOf = (name: string): string => `/etc/modules-load.d/ts-play-${name}.conf`;
const optionsOf = (name: string): string => `/etc/modprobe.d/ts-play-${name}.conf`;

/** Minimal hosts have neither folder: they come with kmod and systemd. */
const kept = (path: string, content: string, state: PathState, hash: string | undefined): readonly Step[] =>
  inFolder(dirname(path), file.plan({ args: { path, content }, current: { state, hash } }));

const optionLine = (name: string, params: Readonly<Record<string, number | string>>): string =>
  `options ${name} ${Object.entries(params)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ")}\n`;

/** A module brings kernel settings (`net.bridge.*`) and devices, so anything that was absent may be there now. */
const load = (name: string): Step =>
  run(sh`modprobe ${name}`, {
    changes: [change("loaded", false, true)],
    effects: [predict(moduleLoaded(moduleName(name)), true)],
  });
