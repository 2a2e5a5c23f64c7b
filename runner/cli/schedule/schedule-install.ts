import { readFileSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { ExitCode, InputError } from "../../errors.ts";
import { crontab } from "../../schedule/crontab.ts";
import { githubWorkflow } from "../../schedule/github-workflow.ts";
import { kubernetesCronJob } from "../../schedule/kubernetes-cronjob.ts";
import type { Credential, Schedule } from "../../schedule/schedule.ts";
import { type Program, systemdUnits } from "../../schedule/systemd-units.ts";
import { readWhen } from "../../schedule/when.ts";
import type { Command } from "../command-parser.ts";
import { installUnits } from "./install-units.ts";
import { refuseMissingFiles, refuseUnfit } from "./schedulable.ts";
import type { InstallFlags } from "./schedule-flags.ts";

const DEFAULTS = { at: "daily", delay: 15 * 60, deadline: 60 * 60, environmentFile: [], credential: [] } as const;

/** `ts-play schedule install`: has systemd give a command again and again, or prints what others need for that. */
export async function scheduleInstall(
  name: string,
  command: readonly string[],
  flags: InstallFlags,
  makeProgram: () => Command,
): Promise<number> {
  const schedule = scheduleOf(name, command, flags);
  await refuseUnfit(command, schedule.credentials, makeProgram);
  if (flags.print === undefined) {
    refuseMissingFiles(schedule);
    return installUnits(schedule, program(), flags.prometheus);
  }
  process.stdout.write(printed(schedule, flags));
  return ExitCode.done;
}

/** This copy of ts-play, started by this node. */
const program = (): Program => [process.execPath, realpathSync(process.argv[1] ?? "")];

function scheduleOf(name: string, command: readonly string[], flags: InstallFlags): Schedule {
  if (!/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name))
    throw new InputError({
      code: "SCH001",
      message: `a schedule cannot be called "${name}"`,
      fix: "use up to 40 small letters, digits and dashes, a letter first",
    });
  const { at, delay, deadline, environmentFile, credential } = { ...DEFAULTS, ...flags };
  return {
    name,
    command,
    folder: process.cwd(),
    at: readWhen(at),
    delaySeconds: delay,
    deadlineSeconds: deadline,
    environmentFiles: environmentFile.map((file) => resolve(file)),
    credentials: credential.map(credentialOf),
  };
}

function credentialOf(text: string): Credential {
  const [, name, file] = /^([\w.-]+)=(.+)$/s.exec(text) ?? [];
  if (name !== undefined && file !== undefined) return { name, file: resolve(file) };
  throw new InputError({
    code: "CLI005",
    message: `--credential takes a name and a file, not ${JSON.stringify(text)}`,
    fix: "write --credential sudo=/etc/ts-play/sudo",
  });
}

function printed(schedule: Schedule, { print, image }: InstallFlags): string {
  if (print === "systemd") {
    if (schedule.at.calendar === undefined) throw otherWords(schedule, "systemd", "Mon-Fri 03:15");
    const units = Object.entries(systemdUnits(schedule, program()));
    return units.map(([file, text]) => `### ${file}\n${text}`).join("\n");
  }
  if (schedule.at.cron === undefined) throw otherWords(schedule, `${print}`, "15 3 * * 1-5");
  refuseLineBreaks(schedule, `${print}`);
  if (print === "crontab") return crontab(schedule, program());
  if (print === "github-actions") return githubWorkflow(schedule, variableNames(schedule.environmentFiles));
  if (image === undefined)
    throw new InputError({ code: "CLI003", message: "--image is missing", fix: "name the image with the project" });
  return kubernetesCronJob(schedule, image);
}

/** A crontab has one line for a command, and in a workflow the next line would be out of its place. */
function refuseLineBreaks({ command }: Schedule, kind: string): void {
  const word = kind === "kubernetes-cronjob" ? undefined : command.find((one) => one.includes("\n"));
  if (word !== undefined)
    throw new InputError({
      code: "SCH002",
      message: `a line break stands in the command, which ${kind} cannot hold: ${JSON.stringify(word)}`,
      fix: "write it on one line, with ; between commands",
    });
}

const otherWords = ({ at }: Schedule, kind: string, example: string): InputError =>
  new InputError({
    code: "SCH004",
    message: `${kind} does not know the time "${at.text}"`,
    fix: `write daily, 03:15, or ${example}`,
  });

/** Only their names: workflows take the values from their own store of secrets. */
const variableNames = (files: readonly string[]): readonly string[] =>
  files.flatMap((file) => [...readText(file).matchAll(/^\s*(\w+)=/gm)].map(([, name = ""]) => name));

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InputError(
      {
        code: "CLI008",
        place: { file },
        message: `the file with variables cannot be read: ${code}`,
        fix: "correct the path after --environment-file",
      },
      cause,
    );
  }
}
