import type { RunFlags } from "../flags.ts";
import { runCommand } from "../run-command.ts";
import { playbookOfRole, requireOneCall } from "./role-playbook.ts";

export interface RoleFlags extends RunFlags {
  readonly playbook?: string;
}

/** `ts-play role`: some roles of a playbook, with the variables that it gives them. Gives the exit code. */
export async function roleCommand(given: string, flags: RoleFlags): Promise<number> {
  const roles = given.split(",").map((name) => name.trim());
  const playbook = await playbookOfRole(given, flags.playbook);
  return runCommand(playbook, { ...flags, role: roles }, ({ plan }) => requireOneCall(plan, roles));
}
