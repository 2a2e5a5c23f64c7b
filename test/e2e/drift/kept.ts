import {
  command,
  defineInventory,
  definePlaybook,
  defineRole,
  file,
  packages,
  play,
  service,
  sh,
  sysctl,
  z,
} from "ts-play";

const vars = z.strictObject({});

const base = defineRole({
  name: "base",
  summary: "What every host has.",
  vars,
  tasks: () => [
    packages({ names: ["jq"] }),
    sysctl({ key: "net.ipv4.ip_nonlocal_bind", value: 1 }),
    file({ path: "/etc/kept.conf", content: "one\ntwo\n", mode: "0644" }),
    command({ run: sh`true`, always: "shows that what runs each time is no drift" }),
  ],
});

const web = defineRole({
  name: "web",
  summary: "A web server.",
  vars,
  tasks: () => {
    const site = file({ path: "/etc/nginx/conf.d/kept.conf", content: "server { listen 8099; }\n" });
    return [
      packages({ names: ["nginx-light"], units: ["nginx"] }),
      site,
      service({ unit: "nginx", refresh: "reload" }, { onChangeOf: [site] }),
    ];
  },
});

/** Two plays, so that a host lost in the first one is not looked at in the second. */
export default definePlaybook({
  summary: "Hosts whose drift is looked for.",
  inventory: defineInventory({ groups: { kept: z.object({}) }, vars: z.object({}) }),
  plays: ({ groups }) => [
    play({ title: "Base", on: groups.kept, batch: 1, roles: [base({})] }),
    play({ title: "Web", on: groups.kept, roles: [web({})] }),
  ],
});
