import { defineRole, defineTemplate, packages, service, sh, template, z } from "ts-play";

const vars = z.strictObject({
  port: z.int().min(1).max(65535).default(8080).describe("where it listens, on every address of the host"),
});

const config = defineTemplate(new URL("./nginx.conf.ejs", import.meta.url), vars.extend({ name: z.hostname() }));

/** A web server that answers its host's name: something to balance that shows who answered. For Debian and its kin. */
export const web = defineRole({
  name: "web",
  summary: "A web server that answers the name of its host.",
  vars,

  tasks: ({ vars, host }) => {
    const configuration = template({
      path: "/etc/nginx/nginx.conf",
      content: config({ ...vars, name: host.name }),
      validate: (file) => sh`nginx -t -q -c ${file}`,
    });

    return [
      packages({ names: ["nginx-light"], units: ["nginx"] }),
      configuration,
      service({ unit: "nginx", refresh: "reload" }, { onChangeOf: [configuration] }),
    ];
  },
});
