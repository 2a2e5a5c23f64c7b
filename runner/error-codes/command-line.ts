import { code, type ErrorCodes } from "./code.ts";

/** The command line. */
export const commandLineCodes: ErrorCodes = {
  CLI001: code(
    "A flag, command or word of the command line is not known.",
    "Take the proposed one, or look at `ts-play --help`.",
  ),
  CLI002: code("A flag that has one value is given twice.", "Give it once."),
  CLI003: code(
    "The command line lacks something: the inventory, the playbook, the value of a flag.",
    "Add it: `ts-play site.ts -i hosts.yaml`.",
  ),
  CLI004: code(
    "A host, pattern, role, tag or task of the command line matches nothing.",
    "Look at `ts-play inventory -i hosts.yaml --graph` or at `--list-tasks`, and correct the name.",
  ),
  CLI005: code(
    "A flag, or the variable that stands for it, has a value out of its range.",
    "Write what the message asks for.",
  ),
  CLI006: code("Two flags contradict each other.", "Leave one of them out."),
  CLI007: code("A value of `-e` cannot be read.", "Write `-e key=value`, `-e '{\"key\": 1}'` or `-e @file`."),
  CLI008: code(
    "A secret was given on the command line, where others see it, or the file that holds it cannot be read.",
    "Put it into a file with mode 0600 that you can read: `-e @file`, `--password-file`, `--become-password-file`.",
  ),
  CLI009: code(
    "A password must be typed, but there is no terminal, or nothing was typed.",
    "Give it in a file with mode 0600.",
  ),
  CLI010: code(
    "There is no run that `--resume` or `@retry` could go on with: none was recorded, or the playbook has changed.",
    "Run without them: what is done already is not done again.",
  ),
  CLI011: code("The Node that runs ts-play is too old.", "Install Node 20.19 or newer."),
  CLI012: code(
    "A report cannot be written where `--report` says; this is found before the run.",
    "Give a path in a folder that you can write to.",
  ),
  CLI013: code(
    "A project cannot be made there: the folder has files of its own, or cannot be written to.",
    "Name an empty folder, or add `--force`: what is there stays as it is.",
  ),
};
