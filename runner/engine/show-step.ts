import { isRef } from "../define/ref.ts";
import type { Step } from "../define/step.ts";

/** A step as a plan shows it. */
export function showStep(step: Step): string {
  switch (step.kind) {
    case "run":
      return showCommand(step.command.toString());
    case "write":
      return `write ${step.path}`;
    case "remove":
      return `remove ${step.path}`;
    case "wait":
      return `wait until ${step.until}`;
    case "reboot":
      return "reboot";
    case "fetch":
      return `fetch ${step.path} to ${isRef(step.to) ? `<${step.to.label}>` : step.to}`;
    case "forget":
      return `remove ${step.path} of this machine`;
  }
}

/** A long script says in a comment on its first line what it does. */
function showCommand(text: string): string {
  const title = /^# (.+)\n/.exec(text)?.[1];
  return title ?? text;
}
