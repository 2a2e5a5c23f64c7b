import { type Command, subCommand } from "../command-parser.ts";
import { jsonFlag, outputFlags, secretsFlags, whenFlags } from "./schedule-flags.ts";

/** `ts-play schedule`: commands that are given by themselves. `fresh` makes the command line anew, to read their words. */
export function addSchedule(program: Command, finish: (exitCode: number) => void, fresh: () => Command): void {
  const schedule = subCommand(
    program,
    "schedule",
    "have systemd give a command again and again, and hear when it does not",
  );
  subCommand(
    schedule,
    "install",
    "make a schedule, or change it: schedule install nightly -- drift site.ts -i hosts.yaml",
    [whenFlags, secretsFlags, outputFlags],
  )
    .argument("<name>", "what it is called")
    .argument("<command...>", "the words after ts-play; write -- before them")
    .action(async (name: string, command: string[], flags: object) => {
      const { scheduleInstall } = await import("./schedule-install.ts");
      finish(await scheduleInstall(name, command, flags, fresh));
    });
  subCommand(schedule, "list", "what is given when, how it went, and what is late", [
    { heading: "What is shown:", flags: [jsonFlag] },
  ]).action(async (flags: object) => {
    const { scheduleList } = await import("./schedule-list.ts");
    finish(await scheduleList(flags));
  });
  subCommand(schedule, "remove", "take a schedule away")
    .argument("<name>")
    .action(async (name: string) => {
      const { scheduleRemove } = await import("./schedule-list.ts");
      finish(await scheduleRemove(name));
    });
  subCommand(schedule, "check", "exit code 3 when a schedule has not happened as it should")
    .argument("[names...]")
    .action(async (names: string[]) => {
      const { scheduleCheck } = await import("./schedule-outcome.ts");
      finish(await scheduleCheck(names));
    });
  addForSystemd(schedule, finish);
}

/** What the units of a schedule call themselves. */
function addForSystemd(schedule: Command, finish: (exitCode: number) => void): void {
  subCommand(schedule, "record", "keep how a run ended (its service calls this)")
    .argument("<name>")
    .action(async (name: string) => {
      const { scheduleRecord } = await import("./schedule-outcome.ts");
      finish(await scheduleRecord(name));
    });
  subCommand(schedule, "alert", "say that it did not happen (its service calls this)")
    .argument("<name>")
    .action(async (name: string) => {
      const { scheduleAlert } = await import("./schedule-outcome.ts");
      finish(await scheduleAlert(name));
    });
}
