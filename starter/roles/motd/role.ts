import { defineRole, defineTemplate, template, z } from "ts-play";

const vars = z.strictObject({
  owner: z.string().describe("whom to ask about this host"),
  path: z.string().default("/etc/motd").describe("the message that a login shows"),
});

const message = defineTemplate(new URL("./motd.ejs", import.meta.url), vars.extend({ host: z.string() }));

/** A message at login that says whose host it is. */
export const motd = defineRole({
  name: "motd",
  summary: "A message at login that says whose host it is.",
  vars,
  tasks: ({ vars, host }) => [template({ path: vars.path, content: message({ ...vars, host: host.name }) })],
});
