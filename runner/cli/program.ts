import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { ExitCode } from "../errors.ts";
import { defaultFlags, type RunFlags } from "./flags.ts";
import { version } from "./version.ts";

const MAX_FORKS = 10_000;

/** The command line. Each command loads its own code only when it runs, so that `--help` and `--version` are quick. */
export function makeProgram(finish: (exitCode: number) => void): Command {
  const program = new Command("ts-play")
    .description("Brings Linux hosts to the state that TypeScript playbooks describe, over SSH.")
    .version(version, "-V, --version")
    .enablePositionalOptions()
    .showHelpAfterError("(see ts-play --help)")
    .exitOverride();
  addRun(program, finish);
  addPlan(program, finish);
  addInventory(program, finish);
  addExplain(program, finish);
  addLab(program, finish);
  program.addHelpText("after", EXAMPLES);
  return program;
}

const EXAMPLES = `
Examples:
  ts-play site.ts -i hosts.yaml                        build or repair everything
  ts-play site.ts -i hosts.yaml --check --diff         say what would change, change nothing
  ts-play site.ts -i hosts.yaml --role haproxy -l lb2  one role on one host
  ts-play plan site.ts -i hosts.yaml -o plan.json      save a plan; then: ts-play apply plan.json
  ts-play inventory -i hosts.yaml --graph              groups and hosts
  ts-play lab up                                       three Debian hosts on this machine, to try it

Exit codes:
  0 done, or in sync   1 bad input   2 changes found (plan --exit-code)   3 a task failed
  4 hosts unreachable or unknown   5 locked by another run   6 the saved plan is stale   130 interrupted
`;

function addRun(program: Command, finish: (exitCode: number) => void): void {
  const command = program
    .command("run", { isDefault: true })
    .description("run a playbook (the command name may be left out)")
    .argument("<playbook>", "a TypeScript file that exports definePlaybook(...)");
  runOptions(command)
    .option("-C, --check", "change nothing, say what would change")
    .option("--resume", "leave out what the last run of this playbook finished")
    .option("--list-hosts", "list the hosts of each play; no host is contacted")
    .option("--list-tasks", "list the tasks of each play; no host is contacted")
    .action(async (playbook: string, given: object) => {
      const { runCommand } = await import("./run-command.ts");
      finish(await runCommand(playbook, { ...defaultFlags, ...given }));
    });
}

function addPlan(program: Command, finish: (exitCode: number) => void): void {
  runOptions(program.command("plan").description("say what would change").argument("<playbook>"))
    .option("-o, --out <file>", "save the plan, for `ts-play apply <file>`")
    .option("--exit-code", "end with 2 when something would change")
    .action(async (playbook: string, given: object) => {
      const { planCommand } = await import("./plan-command.ts");
      finish(await planCommand(playbook, { ...defaultFlags, ...given, check: true }));
    });
  program
    .command("apply")
    .description("do exactly what a saved plan says; refuse when the hosts have changed since")
    .argument("<plan.json>")
    .option("-v, --verbose", "say more; repeat for more", (_, before: number) => before + 1, 0)
    .addOption(outputOption())
    .action(async (file: string, given: Partial<RunFlags>) => {
      const { applyCommand } = await import("./plan-command.ts");
      finish(await applyCommand(file, given));
    });
}

function addInventory(program: Command, finish: (exitCode: number) => void): void {
  inventoryOptions(program.command("inventory").description("show groups, hosts and values"))
    .option("--graph", "the tree of groups and hosts")
    .option("--host <name>", "one host's values and where each was written")
    .option("--json", "everything, in the form of `ansible-inventory --list`")
    .option("--schema <playbook>", "the JSON Schema of what a playbook needs, for editors")
    .action(async (given: object) => {
      const { inventoryCommand } = await import("./inventory-command.ts");
      finish(await inventoryCommand({ ...defaultFlags, ...given }));
    });
}

function addExplain(program: Command, finish: (exitCode: number) => void): void {
  runOptions(
    program.command("explain").description("where a host's value comes from, or why a task is ok, changed or skipped"),
  )
    .argument("<host>")
    .argument("<name>", "a variable, or a task as --list-tasks prints it")
    .option("-p, --playbook <file>", "needed for tasks")
    .action(async (host: string, name: string, given: object) => {
      const { explainCommand } = await import("./explain-command.ts");
      finish(await explainCommand(host, name, { ...defaultFlags, ...given }));
    });
}

function addLab(program: Command, finish: (exitCode: number) => void): void {
  const lab = program
    .command("lab")
    .description("real Debian hosts on this machine, for trying and testing (needs root)");
  const act = async (name: "up" | "down" | "status", given: object) => {
    const { labCommand } = await import("./lab-command.ts");
    finish(await labCommand(name, given));
  };
  lab
    .command("up")
    .description("boot the hosts and write inventory/lab.yaml")
    .option("--hosts <names>", "names of the hosts", list, ["lb1", "lb2", "lb3"])
    .option("--inventory-file <file>", "where the inventory is written", "inventory/lab.yaml")
    .action((given: object) => act("up", given));
  lab
    .command("down")
    .description("remove hosts, network and all that belongs to them")
    .action((given: object) => act("down", given));
  lab
    .command("status")
    .description("which hosts run and answer")
    .action((given: object) => act("status", given));
  lab
    .command("ssh")
    .description("a shell on a host, or a command")
    .argument("<host>")
    .argument("[command...]")
    .passThroughOptions()
    .action(async (host: string, words: string[]) => {
      const { labShell } = await import("./lab-command.ts");
      finish(await labShell(host, words));
    });
}

const inventoryOptions = (command: Command): Command =>
  command
    .addOption(
      new Option("-i, --inventory <file>", "hosts.yaml, or a list such as web1,web2,")
        .argParser(collect)
        .default([], "none"),
    )
    .addOption(
      new Option("-e, --extra-vars <value>", "key=value, @file or JSON; wins over the inventory")
        .argParser(collect)
        .default([], "none"),
    );

function runOptions(command: Command): Command {
  return inventoryOptions(command)
    .option("-l, --limit <pattern>", "only these hosts: web:!web3, @retry")
    .option("-r, --role <names>", "only these roles", list, [])
    .option("-t, --tags <tags>", "only tasks with one of these tags", list, [])
    .option("--skip-tags <tags>", "no tasks with one of these tags", list, [])
    .addOption(
      new Option("--only <task>", "only this task, as --list-tasks prints it; repeatable")
        .argParser(collect)
        .default([], "all"),
    )
    .option("--start-at <task>", "leave out the tasks before this one")
    .option("-D, --diff", "show what changes in files")
    .option("-f, --forks <number>", "hosts at once", wholeNumber(1, MAX_FORKS), defaultFlags.forks)
    .option("-u, --user <name>", "log in as")
    .option("--private-key <file>", "log in with")
    .option("-k, --ask-pass", "ask for the login password")
    .option("--password-file <file>", "read the login password from a file of mode 0600")
    .option("-b, --become", "become root (or ansible_become_user) on the host")
    .option("-K, --ask-become-pass", "ask for the sudo password")
    .option("--become-password-file <file>", "read the sudo password from a file of mode 0600")
    .option("--known-hosts <file>", "host keys, instead of ~/.ssh/known_hosts")
    .addOption(new Option("-c, --connection <kind>", "how to reach all hosts").choices(["ssh", "local"]))
    .option("-T, --timeout <seconds>", "give a connection up after", wholeNumber(1, 3600), defaultFlags.timeout)
    .option("-v, --verbose", "say more; repeat for more", (_, before: number) => before + 1, 0)
    .addOption(outputOption());
}

const outputOption = (): Option =>
  new Option("--output <format>", "default: tree on a terminal, else lines").choices(["lines", "tree", "json"]);

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function list(value: string): readonly string[] {
  const names = value.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("expected names, separated by commas.");
  return names;
}

const wholeNumber =
  (lowest: number, highest: number) =>
  (value: string): number => {
    const number = Number(value);
    if (Number.isInteger(number) && number >= lowest && number <= highest) return number;
    throw new InvalidArgumentError(`expected a whole number from ${lowest} to ${highest}.`);
  };

/** The exit code of something that commander threw; undefined when it was not commander. */
export function parserExitCode(error: unknown): number | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  return error.exitCode === 0 ? ExitCode.done : ExitCode.badInput;
}
