import { code, type ErrorCodes } from "./code.ts";

/** Drills. */
export const drillCodes: ErrorCodes = {
  DRL001: code("The file exports no drill.", "Run playbooks without `drill`; drills: `export default defineDrill`."),
  DRL002: code("An argument or victim of a drill is not known or not allowed.", "Look at `ts-play drill --list-args`."),
  DRL003: code("A drill's client is told what cannot be, or cannot read its files.", "Correct what the message names."),
  DRL004: code("The report of a drill cannot be written.", "Correct the path or its permissions."),
};
