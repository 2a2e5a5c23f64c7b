import type { Step } from "../define/step.ts";

/** A step as a plan shows it. */
export function showStep(step: Step): string {
  switch (step.kind) {
    case "run":
      return step.command.toString();
    case "write":
      return `write ${step.path}`;
    case "remove":
      return `remove ${step.path}`;
    case "wait":
      return `wait until ${step.until}`;
    case "reboot":
      return "reboot";
  }
}
