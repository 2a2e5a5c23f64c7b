import { secretFlags } from "./access-flags.ts";
import { addAdHoc } from "./ad-hoc/ad-hoc-program.ts";
import { addBundle } from "./bundle-program.ts";
import { type Command, rootCommand, subCommand, versionFlag } from "./command-parser.ts";
import { completionScript, SHELLS } from "./completion/completion-script.ts";
import { driftFlags, driftRunFlags } from "./drift-flags.ts";
import { addDrill } from "./drill-program.ts";
import { defaultFlags, type RunFlags } from "./flags.ts";
import { refuseMisspeltCommand } from "./misspelt-command.ts";
import {
  actionFlags,
  hostsFlags,
  inventoryFlags,
  labFlags,
  outcomeFlags,
  planFlags,
  reportFlags,
  runFlags,
  shownFlags,
} from "./run-flags.ts";
import { addSchedule } from "./schedule/schedule-program.ts";
import { vaultFlags } from "./vault/vault-flags.ts";
import { addVault } from "./vault/vault-program.ts";
import { version } from "./version.ts";

/** The command line. Each command loads its own code only when it runs, so that `--help` and `--version` are quick. */
export function makeProgram(finish: (exitCode: number) => void): Command {
  const program = rootCommand("ts-play", "run")
    .description("Brings Linux hosts to the state that TypeScript playbooks describe, over SSH.")
    .usage("<playbook> -i <inventory> [options]\n       ts-play <command> ...");
  versionFlag(program, version);
  addRun(program, finish);
  addPlan(program, finish);
  addDrill(program, finish);
  addAdHoc(program, finish);
  addInventory(program, finish);
  addExplain(program, finish);
  addDrift(program, finish);
  addReport(program, finish);
  addSchedule(program, finish, () => makeProgram(() => undefined));
  addVault(program, finish);
  addInit(program, finish);
  addCompletion(program);
  addBundle(program, finish);
  addLab(program, finish);
  return program.addHelpText("after", EXAMPLES);
}

const EXAMPLES = `
Examples:
  ts-play site.ts -i hosts.yaml                        build or repair everything
  ts-play site.ts -i hosts.yaml --check --diff         say what would change, change nothing
  ts-play role haproxy -i hosts.yaml -l lb2            one role of site.ts on one host
  ts-play plan site.ts -i hosts.yaml -o plan.json      save a plan; then: ts-play apply plan.json
  ts-play drift site.ts -i hosts.yaml --save           what has drifted, and since when
  ts-play report latest --html run.html                a page of the last run
  ts-play drill stop-haproxy.ts -i hosts.yaml          break something on purpose, and see how long it is missed
  ts-play schedule install nightly -- drift site.ts -i hosts.yaml --save
  ts-play exec -i hosts.yaml 'web:!web3' -- uptime     one command on many hosts, equal answers together
  ts-play inventory -i hosts.yaml --graph              groups and hosts
  ts-play lab up                                       three Debian hosts on this machine, to try it

Exit codes:
  0 done, or in sync   1 bad input   2 drift, or changes found (plan --exit-code)   3 a task failed, or a drill did not pass
  4 hosts unreachable or unknown   5 locked by another run   6 the saved plan is stale   130 interrupted
`;

function addRun(program: Command, finish: (exitCode: number) => void): void {
  subCommand(program, "run", "run a playbook (the command name may be left out)", [
    actionFlags,
    ...runFlags,
    outcomeFlags,
  ])
    .argument("<playbook>", "a TypeScript file that exports definePlaybook(...)")
    .action(async (playbook: string, given: object) => {
      refuseMisspeltCommand(
        playbook,
        program.commands.map((command) => command.name()),
      );
      const { runCommand } = await import("./run-command.ts");
      finish(await runCommand(playbook, { ...defaultFlags, ...given }));
    });
}

function addPlan(program: Command, finish: (exitCode: number) => void): void {
  subCommand(program, "plan", "say what would change", [planFlags, ...runFlags, outcomeFlags])
    .argument("<playbook>")
    .action(async (playbook: string, given: object) => {
      const { planCommand } = await import("./plan-command.ts");
      finish(await planCommand(playbook, { ...defaultFlags, ...given, check: true }));
    });
  subCommand(program, "apply", "do exactly what a saved plan says; refuse when the hosts have changed since", [
    secretFlags,
    shownFlags,
    outcomeFlags,
  ])
    .argument("<plan.json>")
    .action(async (file: string, given: Partial<RunFlags>) => {
      const { applyCommand } = await import("./plan-command.ts");
      finish(await applyCommand(file, given));
    });
}

function addInventory(program: Command, finish: (exitCode: number) => void): void {
  subCommand(program, "inventory", "show groups, hosts and values", [hostsFlags, inventoryFlags, vaultFlags]).action(
    async (given: object) => {
      const { inventoryCommand } = await import("./inventory-command.ts");
      finish(await inventoryCommand({ ...defaultFlags, ...given }));
    },
  );
}

function addExplain(program: Command, finish: (exitCode: number) => void): void {
  const playbook = {
    spelling: "-p, --playbook <file>",
    help: "needed for tasks; masks what its contract marks as secret",
  };
  subCommand(program, "explain", "where a host's value comes from, or why a task is ok, changed or skipped", [
    { heading: "What is explained:", flags: [playbook] },
    ...runFlags,
  ])
    .argument("<host>")
    .argument("<name>", "a variable, or a task as --list-tasks prints it")
    .action(async (host: string, name: string, given: object) => {
      const { explainCommand } = await import("./explain-command.ts");
      finish(await explainCommand(host, name, { ...defaultFlags, ...given }));
    });
}

function addDrift(program: Command, finish: (exitCode: number) => void): void {
  subCommand(program, "drift", "say what is not as the playbook says, and since when; repair just that", [
    driftFlags,
    ...driftRunFlags,
    outcomeFlags,
  ])
    .argument("<playbook>")
    .action(async (playbook: string, given: object) => {
      const { driftCommand } = await import("./drift-command.ts");
      finish(await driftCommand(playbook, { ...defaultFlags, ...given }));
    });
}

function addReport(program: Command, finish: (exitCode: number) => void): void {
  subCommand(program, "report", "show an earlier run again, or make pages and files of it", [reportFlags, shownFlags])
    .argument("[run]", "the id of a run or how it begins, a journal's path, or latest", "latest")
    .action(async (run: string, given: object) => {
      const { reportCommand } = await import("./report-command.ts");
      finish(await reportCommand(run, { ...defaultFlags, ...given }));
    });
}

function addInit(program: Command, finish: (exitCode: number) => void): void {
  const force = { spelling: "--force", help: "also in a folder with files: they stay, what is missing is added" };
  subCommand(program, "init", "a new project: playbook, role, tests, inventory", [
    { heading: "What is made:", flags: [force] },
  ])
    .argument("[folder]", "made when it is not there", ".")
    .action(async (folder: string, flags: object) => {
      const { initCommand } = await import("./init/init-command.ts");
      finish(await initCommand(folder, flags));
    });
}

function addCompletion(program: Command): void {
  const completion = subCommand(program, "completion", "commands, flags, hosts, roles, tags and tasks by the tab key");
  for (const shell of SHELLS)
    subCommand(completion, shell, `print the script for ${shell}`).action(() => {
      process.stdout.write(completionScript(shell));
    });
}

function addLab(program: Command, finish: (exitCode: number) => void): void {
  const lab = subCommand(program, "lab", "real Debian hosts on this machine, for trying and testing (needs root)");
  const act = (name: "up" | "down" | "status") => async (given: object) => {
    const { labCommand } = await import("./lab-command.ts");
    finish(await labCommand(name, given));
  };
  subCommand(lab, "up", "boot the hosts and write inventory/lab.yaml", [labFlags]).action(act("up"));
  subCommand(lab, "down", "remove hosts, network and all that belongs to them").action(act("down"));
  subCommand(lab, "status", "which hosts run and answer").action(act("status"));
  subCommand(lab, "ssh", "a shell on a host, or a command")
    .argument("<host>")
    .argument("[command...]")
    .passThroughOptions()
    .action(async (host: string, words: string[]) => {
      const { labShell } = await import("./lab-command.ts");
      finish(await labShell(host, words));
    });
}
