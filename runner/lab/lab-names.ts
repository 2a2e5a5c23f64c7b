import { InputError } from "../errors.ts";

/** The lab's bridge is called after it, and the name of an interface holds 15 bytes. */
const labName = /^[a-z][a-z0-9-]{0,11}$/;
const hostName = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;
const mostHosts = 180;

/** Throws InputError unless a lab can have this name. */
export function checkLabName(name: string): void {
  if (!labName.test(name) || name === "base") {
    throw new InputError({
      code: "LAB003",
      message: `${JSON.stringify(name)} cannot be the name of a lab`,
      fix: 'take up to 12 lower-case letters, digits and dashes, starting with a letter, other than "base"',
    });
  }
}

/** The hosts' names, checked; a number stands for so many hosts called after the lab. Throws InputError. */
export function checkHostNames(lab: string, hosts: readonly string[] | number): readonly string[] {
  const names = typeof hosts === "number" ? Array.from({ length: hosts }, (_, index) => `${lab}${index + 1}`) : hosts;
  const wrong = names.filter((name, index) => !hostName.test(name) || names.indexOf(name) !== index);
  if (wrong.length > 0 || names.length === 0 || names.length > mostHosts) {
    throw new InputError({
      code: "LAB004",
      message:
        wrong.length > 0 ? `not a valid host name, or given twice: ${wrong.join(", ")}` : `${names.length} hosts`,
      fix: `name 1 to ${mostHosts} hosts, each once, with lower-case letters, digits and dashes`,
    });
  }
  return names;
}
