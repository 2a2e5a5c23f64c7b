import type { Command } from "commander";
import { makeProgram } from "../../runner/cli/program.ts";

const WIDTH = 110;

/** The help of every command, as `--help` prints it. */
export function cliPage(): string {
  const program = makeProgram(() => undefined);
  return `# The command line

What \`ts-play --help\` and \`ts-play <command> --help\` print. How runs are operated: [operating](operating.md).

${allCommands(program, "").map(section).join("\n\n")}`;
}

interface Named {
  readonly name: string;
  readonly command: Command;
}

const allCommands = (command: Command, before: string): readonly Named[] => {
  const name = `${before} ${command.name()}`.trim();
  return [{ name, command }, ...command.commands.flatMap((one) => allCommands(one as Command, name))];
};

const section = ({ name, command }: Named): string => `## ${name}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``;

/** Not \`helpInformation()\`, which leaves out the examples at the end. */
function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => WIDTH,
  });
  command.outputHelp();
  return text.trim().replaceAll(/[ \t]+$/gm, "");
}
