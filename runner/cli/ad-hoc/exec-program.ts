import { accessFlags } from "../access-flags.ts";
import { type Command, subCommand } from "../command-parser.ts";
import type { FlagGroup } from "../flag.ts";
import { oneOf, wholeNumber } from "../flag-values.ts";
import { defaultFlags } from "../flags.ts";
import { inventoryFlags, outcomeFlags } from "../run-flags.ts";
import { vaultFlags } from "../vault/vault-flags.ts";

const DEFAULT_S = 600;
const MAX_S = 86_400;

const execFlags: FlagGroup = {
  heading: "What is run, and shown:",
  flags: [
    {
      spelling: "--command-timeout <seconds>",
      help: "stop the command, and all that it started, after",
      otherwise: String(DEFAULT_S),
      ...wholeNumber(1, MAX_S),
    },
    {
      spelling: "--output <format>",
      help: "grouped: equal answers together; lines: each line as it comes; json: an object for each host",
      otherwise: "grouped",
      ...oneOf("grouped", "lines", "json"),
    },
  ],
};

/** `ts-play exec`. */
export function addExec(program: Command, finish: (exitCode: number) => void): void {
  subCommand(program, "exec", "run one command on many hosts at once; it is recorded, and takes no lock", [
    execFlags,
    inventoryFlags,
    accessFlags,
    vaultFlags,
    outcomeFlags,
  ])
    .argument("<pattern>", "which hosts: all, 'web:!web3', @retry")
    .argument("[command...]", "after --: one word for the shell, or a command and its arguments")
    .action(async (pattern: string, words: string[], given: object) => {
      const { execCommand } = await import("./exec-command.ts");
      finish(
        await execCommand(pattern, words, { ...defaultFlags, output: undefined, commandTimeout: DEFAULT_S, ...given }),
      );
    });
}
