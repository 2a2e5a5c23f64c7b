import { sh } from "../../runner/define/command.ts";
import type { Footprint } from "../../runner/define/footprint.ts";
import { predict, run, write } from "../../runner/define/step.ts";
import { change, defineOperation, defineVectorProbe, script, z } from "../../runner/index.ts";

/** The text of a file, "" when absent: the smallest honest probe. */
export const textOf = defineVectorProbe({
  name: "toy text",
  summary: "The text of a file.",
  looksAt: (path: string) => [`path:${path}` as Footprint],
  bare: () => "",
  command: (paths: readonly string[]) =>
    script(paths.map((path) => `cat ${path} 2>/dev/null; printf '\\036'`).join("\n")),
  parse: ({ stdout }, paths) => paths.map((_, i) => stdout.split("\x1e")[i] ?? ""),
});

/** Keeps a file's text. */
export const toyFile = defineOperation({
  name: "toyFile",
  summary: "Keeps a file's text.",
  example: `toyFile({ path: "/tmp/a", text: "a" })`,
  args: z.object({ path: z.string(), text: z.string() }),
  subject: ({ path }) => path,
  read: ({ path }) => ({ text: textOf(path) }),
  plan: ({ args: { path, text }, current }) =>
    current.text === text
      ? []
      : [
          write({
            path,
            content: text,
            mode: "0644",
            owner: "root",
            group: "root",
            changes: [change("content", current.text, text)],
            effects: [predict(textOf(path), text)],
          }),
        ],
});

/** Runs when something it reacts to changed. */
export const toyReload = defineOperation({
  name: "toyReload",
  summary: "Runs a command as a reaction.",
  example: `toyReload({ unit: "web" })`,
  args: z.object({ unit: z.string() }),
  subject: ({ unit }) => unit,
  read: () => ({}),
  plan: ({ args, triggered }) =>
    triggered
      ? [run(sh`reload ${args.unit}`, { touches: [`unit:${args.unit}`], changes: [change("reloaded", false, true)] })]
      : [],
});

/** Writes a file, but by a command that may have changed everything. */
export const toyCommand = defineOperation({
  name: "toyCommand",
  summary: "A command with unknown effects.",
  example: `toyCommand({ path: "/tmp/a", text: "a" })`,
  args: z.object({ path: z.string(), text: z.string() }),
  subject: ({ path }) => path,
  read: ({ path }) => ({ text: textOf(path) }),
  plan: ({ args: { path, text }, current }) =>
    current.text === text ? [] : [run(sh`make ${path} ${text}`, { effects: [predict(textOf(path), text)] })],
});

/** Never converges: its steps do not bring what it wants. */
export const toyLiar = defineOperation({
  name: "toyLiar",
  summary: "Claims and does not keep.",
  example: `toyLiar({ path: "/tmp/a" })`,
  args: z.object({ path: z.string() }),
  subject: ({ path }) => path,
  read: ({ path }) => ({ text: textOf(path) }),
  plan: ({ args, current }) =>
    current.text ? [] : [run(sh`pretend ${args.path}`, { touches: [`path:${args.path as "/"}`] })],
});

/** Must not be done twice. */
export const toyOnce = defineOperation({
  name: "toyOnce",
  summary: "Not repeatable.",
  example: `toyOnce({ what: "a" })`,
  args: z.object({ what: z.string() }),
  subject: ({ what }) => what,
  read: () => ({}),
  provable: () => false,
  repeatable: () => false,
  plan: ({ args }) => [run(sh`once ${args.what}`, { touches: [] })],
});
