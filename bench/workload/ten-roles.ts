import { defineInventory, definePlaybook, defineRole, directory, file, packages, play, service, z } from "ts-play";

const names = ["base", "clock", "firewall", "users", "logs", "proxy", "database", "cache", "backup", "metrics"];

const vars = z.object({ port: z.int().min(1).max(65535), folder: z.string() });

/** Ten roles of ten tasks each, as a site of some size has them. */
const roles = names.map((name) =>
  defineRole({
    name,
    summary: `Keeps ${name}.`,
    vars,
    tasks: ({ vars: { port, folder } }) => [
      packages({ names: [name] }),
      directory({ path: folder }),
      ["a", "b", "c", "d", "e", "f", "g"].map((part) =>
        file({ path: `${folder}/${part}.conf`, content: `[${name}]\nport = ${port}\n` }),
      ),
      service({ unit: name }),
    ],
  }),
);

export default definePlaybook({
  summary: "Ten roles, to see how long listing takes.",
  inventory: defineInventory({ groups: { servers: z.object({}) }, vars: z.object({}) }),
  plays: ({ groups }) => [
    play({
      title: "ten roles",
      on: groups.servers,
      roles: roles.map((role, index) => role({ port: 8000 + index, folder: `/etc/${role.roleName}` })),
    }),
  ],
});
