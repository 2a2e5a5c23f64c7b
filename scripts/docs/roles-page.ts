import type { z } from "zod";
import type { Role } from "../../runner/define/role.ts";
import { argumentTable } from "./argument-table.ts";

type AnyRole = Role<z.ZodType>;

/** Every role that comes with ts-play, with its variables. */
export function rolesPage(values: readonly unknown[]): string {
  const roles = values.filter(isRole).toSorted((a, b) => (a.roleName < b.roleName ? -1 : 1));
  return `# Roles

The roles in \`roles/\`, and the variables that each takes. They come with the package, compiled, with their types and templates: a playbook of yours takes them by their files, as in
\`import { keepalived } from "ts-play/roles/keepalived/role.ts"\`; so it does with what else is in the folders of the roles, such as \`ts-play/roles/keepalived/members.ts\`. To change more of one than its variables
allow, copy its folder into your \`roles/\`. How to write one: [writing a role](writing-a-role.md).

${roles.map(section).join("\n\n")}`;
}

const isRole = (value: unknown): value is AnyRole => typeof value === "function" && "roleName" in value;

const section = ({ roleName, summary, vars }: AnyRole): string => `## ${roleName}

${summary}

${argumentTable(vars).replace("| argument |", "| variable |").replace("Takes no arguments.", "Takes no variables.")}`;
