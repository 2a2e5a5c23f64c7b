import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as api from "../../runner/index.ts";
import { cliPage } from "./cli-page.ts";
import { errorsPage } from "./errors-page.ts";
import { operationsPage } from "./operations-page.ts";
import { probeDeclarations } from "./probe-declarations.ts";
import { probesPage } from "./probes-page.ts";
import { reportSchema } from "./report-schema.ts";
import { rolesPage } from "./roles-page.ts";

/** The pages that are made from the sources, by their paths. `root` is the project's folder, `roles` its roles' modules. */
export async function makePages(root: string, roles: readonly object[]): Promise<Readonly<Record<string, string>>> {
  const task = await readFile(join(root, "runner/define/task.ts"), "utf8");
  const types = await probeDeclarations(root);
  const pages = {
    "docs/operations.md": operationsPage(Object.values(api), task),
    "docs/probes.md": probesPage(Object.entries(api), types),
    "docs/roles.md": rolesPage(roles.flatMap((module) => Object.values(module))),
    "docs/errors.md": errorsPage(),
    "docs/cli.md": cliPage(),
    "docs/report.schema.json": reportSchema(),
  };
  return Object.fromEntries(Object.entries(pages).map(([path, text]) => [path, `${text.trim()}\n`]));
}
