import { code, type ErrorCodes } from "./code.ts";

/** What is kept between runs: plans and journals. */
export const recordCodes: ErrorCodes = {
  PLN001: code(
    "The file is not a plan, or cannot be read.",
    "Make one: `ts-play plan site.ts -i hosts.yaml -o plan.json`.",
  ),
  PLN002: code(
    "A plan was made with secret values of `-e`, which it does not hold.",
    "Give them again: `ts-play apply plan.json -e @secrets.yaml`.",
  ),
  JRN001: code("The journal of the last run is damaged.", "Run again without `--resume` and without `@retry`."),
  JRN002: code(
    "The run that is named is not recorded here, or its name begins several.",
    "Look at `ts-play report --list`.",
  ),
  JRN004: code(
    "Another check kept the drift history in use.",
    "Run again; when no other check runs, remove what the message names.",
  ),
  JRN003: code("A line of the drift history is damaged.", "Remove the line, or the file: then the dates begin anew."),
};
