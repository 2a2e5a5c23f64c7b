import { credentialPath } from "./credential.ts";
import { HAPPENED, type Schedule } from "./schedule.ts";
import { commandWord, oneLine, section, unitValue } from "./unit-text.ts";

/** How ts-play itself is started: node, and its file. */
export type Program = readonly string[];

/** Longer than a run needs to end what is under way when it is told to. */
const STOP_SECONDS = 60;
const MADE =
  "# Made by `ts-play schedule install`: give that again to change it, `ts-play schedule remove` to remove it.\n";

/** `ts-play-nightly`: what the names of a schedule's units begin with. */
export const unitStem = (name: string): string => `ts-play-${name}`;

/** The timers of a schedule: its own, and the one that looks whether it happened. */
export const timersOf = (name: string): readonly string[] => [
  `${unitStem(name)}.timer`,
  `${unitStem(name)}-watch.timer`,
];

/** The units of a schedule, by their file names. */
export function systemdUnits(schedule: Schedule, program: Program): Readonly<Record<string, string>> {
  const stem = unitStem(schedule.name);
  const units = {
    [`${stem}.service`]: runUnit(schedule, program),
    [`${stem}.timer`]: timerUnit(schedule),
    [`${stem}-watch.service`]: watchUnit(schedule, program),
    [`${stem}-watch.timer`]: watchTimer(schedule),
    [`${stem}-alert.service`]: alertUnit(schedule, program),
  };
  return Object.fromEntries(Object.entries(units).map(([file, parts]) => [file, `${MADE}${parts.join("\n\n")}\n`]));
}

const line = (program: Program, words: readonly string[]): string => [...program, ...words].map(commandWord).join(" ");

/** `%d` is the folder of the credentials; systemd.unit(5). */
const withCredentials = (program: Program, words: readonly string[]): string =>
  [line(program, []), ...words.map((word) => credentialPath(word, (name) => `%d/${name}`) ?? commandWord(word))].join(
    " ",
  );

/** Not `oneshot`: RuntimeMaxSec= would not count. A service that still runs is not started again by its timer. */
function runUnit({ name, command, folder, ...rest }: Schedule, program: Program): readonly string[] {
  return [
    section("Unit", [
      ["Description", unitValue(`ts-play ${oneLine(command.join(" "))} (${name})`)],
      ["Wants", "network-online.target"],
      ["After", "network-online.target"],
      ["OnFailure", `${unitStem(name)}-alert.service`],
    ]),
    section("Service", [
      ["Type", "exec"],
      ["WorkingDirectory", unitValue(folder)],
      ["ExecStart", withCredentials(program, command)],
      ["ExecStopPost", line(program, ["schedule", "record", name])],
      ...environment(rest),
      ...rest.credentials.map((one) => ["LoadCredential", `${one.name}:${unitValue(one.file)}`] as const),
      ["SuccessExitStatus", HAPPENED.join(" ")],
      ["RuntimeMaxSec", String(rest.deadlineSeconds)],
      ["TimeoutStopSec", String(STOP_SECONDS)],
    ]),
  ];
}

function timerUnit({ name, at, delaySeconds }: Schedule): readonly string[] {
  return timer(`When ts-play-${name}.service starts`, [
    ["OnCalendar", unitValue(at.calendar ?? at.text)],
    ["RandomizedDelaySec", String(delaySeconds)],
    ["AccuracySec", "1"],
    // What was missed while the machine was off is made up for.
    ["Persistent", "true"],
  ]);
}

const watchTimer = ({ name }: Schedule): readonly string[] =>
  timer(`When it is asked whether ts-play-${name}.service has happened`, [
    ["OnCalendar", "hourly"],
    ["RandomizedDelaySec", "300"],
    ["Persistent", "true"],
  ]);

const timer = (description: string, entries: readonly (readonly [string, string])[]): readonly string[] => [
  section("Unit", [["Description", description]]),
  section("Timer", entries),
  section("Install", [["WantedBy", "timers.target"]]),
];

function watchUnit({ name, ...rest }: Schedule, program: Program): readonly string[] {
  return [
    section("Unit", [
      ["Description", `Whether ts-play-${name}.service has happened`],
      ["OnFailure", `${unitStem(name)}-alert.service`],
    ]),
    section("Service", [
      ["Type", "oneshot"],
      ["ExecStart", line(program, ["schedule", "check", name])],
      ...environment(rest, "-"),
      ["TimeoutStartSec", String(STOP_SECONDS)],
    ]),
  ];
}

function alertUnit({ name, ...rest }: Schedule, program: Program): readonly string[] {
  return [
    section("Unit", [["Description", `Says that ts-play-${name}.service did not happen`]]),
    section("Service", [
      ["Type", "oneshot"],
      ["ExecStart", line(program, ["schedule", "alert", name])],
      ...environment(rest, "-"),
      ["TimeoutStartSec", String(STOP_SECONDS)],
    ]),
  ];
}

/** With `-` one that is gone is passed over: the journal hears of it all the same. */
const environment = ({ environmentFiles }: Pick<Schedule, "environmentFiles">, ifGone: "" | "-" = "") =>
  environmentFiles.map((file) => ["EnvironmentFile", `${ifGone}${unitValue(file)}`] as const);
