import { code, type ErrorCodes } from "./code.ts";

/** Schedules. */
export const scheduleCodes: ErrorCodes = {
  SCH001: code("The name of a schedule cannot be part of a unit's name.", "Use small letters, digits and dashes."),
  SCH002: code(
    "The command cannot be given without anybody at the terminal, needs a file that is not there, or cannot be written as was asked.",
    "Write the command as it runs by itself: no flag that asks, `--yes` with `--repair`, passwords from files.",
  ),
  SCH003: code(
    "A secret would stand in a unit, a crontab or a workflow, where others read it.",
    "Put it into a file of mode 0600: `--environment-file`, `--credential`, `-e @credential:name`.",
  ),
  SCH004: code(
    "The time cannot be read, or cannot be said in the words of what is printed.",
    "Write `hourly`, `daily`, `03:15`, `Mon-Fri 03:15`, or what systemd.time(7) or crontab(5) say.",
  ),
  SCH005: code(
    "systemd is not there, or did not take the units; what was there before is put back.",
    "Read what systemd says; where there is none, take `--print crontab`.",
  ),
  SCH006: code("There is no schedule of this name, or none at all.", "Look at `ts-play schedule list`."),
};
