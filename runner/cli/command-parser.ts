import { Command, CommanderError, Option } from "commander";
import { ExitCode, InputError } from "../errors.ts";
import { type Flag, type FlagGroup, readFlag, takesValue } from "./flag.ts";
import { parserProblem } from "./parser-problem.ts";

export type { Command };

/** The root of the command line; what it, or a command below it, does not understand is thrown as InputError. */
export function rootCommand(name: string, run: string): Command {
  const root: Command = new Command(name)
    .enablePositionalOptions()
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: () => undefined })
    .configureHelp({
      visibleOptions: (command) => [...(command === root ? below(root, run).options : []), ...command.options, help],
      groupItems: (_, items, group) => byGroup(items, group),
    });
  return understanding(root, root);
}

const flags = new WeakMap<Option, Flag>();

/** The flags of a command, as they were given. */
export const flagsOf = (command: Command): readonly Flag[] =>
  command.options.flatMap((option) => flags.get(option as Option) ?? []);

const OTHER = "Other:";
const help = new Option("-h, --help", "this help").helpGroup(OTHER);

/** A command below another, with its flags. */
export function subCommand(parent: Command, name: string, summary: string, groups: readonly FlagGroup[] = []): Command {
  const root = parent.parent ?? parent;
  const command = understanding(parent.command(name, { isDefault: name === "run" }).description(summary), root);
  for (const { heading, flags: own } of groups) {
    for (const flag of own) {
      const shown = flag.otherwise === undefined ? flag.help : `${flag.help} (default: ${flag.otherwise})`;
      const option = new Option(flag.spelling, shown).helpGroup(heading);
      if (flag.env !== undefined) option.env(flag.env);
      if (takesValue(flag) || flag.read) option.argParser((text, before) => readFlag(flag, text, before));
      flags.set(option, flag);
      command.addOption(option);
    }
  }
  return command.addHelpText("after", `\nAll commands and exit codes: ${root.name()} --help`);
}

/** The flag that tells the version. */
export const versionFlag = (command: Command, version: string): Command => {
  command.version(version, "-V, --version", "the version");
  command.options.at(-1)?.helpGroup(OTHER);
  return command;
};

/** Says by an exit code that a parser's error was none: help or version was asked for. */
export const parserExitCode = (error: unknown): number | undefined =>
  error instanceof CommanderError ? ExitCode.done : undefined;

function understanding(command: Command, root: Command): Command {
  return command.exitOverride((error) => {
    if (error.exitCode === 0) throw error;
    throw new InputError(
      parserProblem(error.code, error.message, {
        name: command.name() === "run" ? root.name() : fullName(command),
        flags: command.options.flatMap(({ long }) => long ?? []),
        commands: [...root.commands, ...command.commands].map((one) => one.name()),
        words: command.args,
        takes: command.registeredArguments.length,
      }),
    );
  });
}

const fullName = (command: Command): string =>
  command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();

const below = (command: Command, name: string): Command => command.commands.find((one) => one.name() === name)!;

/** In the order of the items, so that the general ones of the root come last. */
function byGroup<T extends Command | Option>(items: T[], group: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(group(item), [...(groups.get(group(item)) ?? []), item]);
  return groups;
}
