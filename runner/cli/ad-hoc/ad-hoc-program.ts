import { accessFlags } from "../access-flags.ts";
import { type Command, subCommand } from "../command-parser.ts";
import type { FlagGroup } from "../flag.ts";
import { names, oneOf } from "../flag-values.ts";
import { defaultFlags } from "../flags.ts";
import { actionFlags, inventoryFlags, outcomeFlags, runFlags } from "../run-flags.ts";
import { vaultFlags } from "../vault/vault-flags.ts";
import { addExec } from "./exec-program.ts";

/** What is done without writing a playbook for it: `exec`, `facts`, `role`. */
export function addAdHoc(program: Command, finish: (exitCode: number) => void): void {
  addExec(program, finish);
  addFacts(program, finish);
  addRole(program, finish);
}

const factsFlags: FlagGroup = {
  heading: "What is shown:",
  flags: [
    { spelling: "--fact <names>", help: "only these: cpus,memory", otherwise: "all", ...names },
    {
      spelling: "--output <format>",
      help: "table, or json: all that is known, by host",
      otherwise: "table",
      ...oneOf("table", "json"),
    },
  ],
};

function addFacts(program: Command, finish: (exitCode: number) => void): void {
  subCommand(program, "facts", "what hosts are: system, processors, memory, addresses", [
    factsFlags,
    inventoryFlags,
    accessFlags,
    vaultFlags,
  ])
    .argument("[pattern]", "which hosts", "all")
    .action(async (pattern: string, given: object) => {
      const { factsCommand } = await import("./facts-command.ts");
      finish(await factsCommand(pattern, { ...defaultFlags, output: undefined, fact: [], ...given }));
    });
}

const playbookFlag: FlagGroup = {
  heading: "Where its variables come from:",
  flags: [{ spelling: "-p, --playbook <file>", help: "the playbook that uses it", otherwise: "site.ts" }],
};

/** The role is named already. */
const ofRole = runFlags.map(({ heading, flags }) => ({
  heading,
  flags: flags.filter(({ spelling }) => !spelling.startsWith("-r,")),
}));

function addRole(program: Command, finish: (exitCode: number) => void): void {
  subCommand(program, "role", "one role on some hosts, with the variables that its playbook gives it", [
    playbookFlag,
    actionFlags,
    ...ofRole,
    outcomeFlags,
  ])
    .argument("<role>", "a role's name; several with commas between them")
    .action(async (role: string, given: object) => {
      const { roleCommand } = await import("./role-command.ts");
      finish(await roleCommand(role, { ...defaultFlags, ...given }));
    });
}
