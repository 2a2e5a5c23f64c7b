import {
  command,
  defineInventory,
  definePlaybook,
  defineRole,
  defineTemplate,
  directory,
  group,
  line,
  packages,
  play,
  service,
  sh,
  symlink,
  template,
  user,
  z,
} from "ts-play";
import {
  commands,
  directories,
  files,
  groups,
  lines,
  linesFile,
  links,
  packageNames,
  shell,
  units,
  users,
} from "./spec.ts";

const host = z.object({ bench_name: z.string(), bench_ip: z.string(), bench_id: z.int(), bench_role: z.string() });

/** The benchmark writes the templates before it starts the clock; one each, as a project would have them. */
const textOf = (name: string) => defineTemplate(new URL(`../.cache/made/templates/${name}.ejs`, import.meta.url), host);

const fileTexts = files.map((file) => ({ ...file, text: textOf(file.template) }));
const unitTexts = units.map((unit) => ({ ...unit, text: textOf(unit.template) }));

/** A hundred tasks. */
const workload = defineRole({
  name: "workload",
  summary: "A hundred things of ten kinds that must be true.",
  vars: host,
  tasks: ({ vars }) => [
    groups.map((name) => group({ name })),
    users.map((account) => user({ ...account, shell, createHome: false })),
    packageNames.map((name) => packages({ names: [name] })),
    directories.map((folder) => directory(folder)),
    fileTexts.map(({ path, mode, owner, group, text }) => template({ path, mode, owner, group, content: text(vars) })),
    lines.map(({ key, line: text }) =>
      line({ path: linesFile, match: `^${key.replaceAll(".", "\\.")} *=`, line: text }),
    ),
    unitTexts.map(({ path, text }) => template({ path, content: text(vars) })),
    units.map(({ name }) => service({ unit: name })),
    commands.map(({ creates }) => command({ run: sh`touch ${creates}`, creates })),
    links.map((link) => symlink(link)),
  ],
});

export default definePlaybook({
  summary: "The workload of the benchmark.",
  inventory: defineInventory({ groups: { servers: host }, vars: z.object({}) }),
  plays: ({ groups }) => [play({ title: "a hundred tasks", on: groups.servers, roles: (one) => [workload(one)] })],
});
