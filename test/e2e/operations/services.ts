import { defineRole, packages, service, sh, systemdUnit, template, waitFor, z } from "ts-play";

/** Packages, units and services in every state. */
export const services = defineRole({
  name: "services",
  summary: "Packages and services.",
  vars: z.object({ jq: z.string().describe("the version of jq to have") }),
  tasks: ({ vars }) => {
    const unit = systemdUnit({
      name: "ops-tick",
      content: {
        Unit: { Description: "Sleeps for tests" },
        Service: { ExecStart: "/usr/bin/sleep infinity", Environment: ["A=1", "B=2"] },
        Install: { WantedBy: "multi-user.target" },
      },
    });
    const dropIn = systemdUnit({ name: "ops-tick", dropIn: "limits", content: { Service: { LimitNOFILE: 4096 } } });
    const web = template({
      path: "/etc/nginx/sites-enabled/default",
      content: "server {\n  listen 8099;\n  return 204;\n}\n",
      validate: () => sh`nginx -v`,
      force: true,
    });
    return [
      packages({ names: ["nginx-light", "haproxy"], units: ["nginx", "haproxy"] }),
      packages({
        names: ["tree=2.1.*", { name: "jq", version: vars.jq }],
        hold: true,
        indexMaxAgeHours: 24 * 365 * 10,
        lockTimeoutSeconds: 60,
      }),
      packages({ names: ["bc"], hold: false }),
      packages({ names: ["iputils-ping"], state: "absent", purge: true }),
      packages({ names: ["ops-never-was"], state: "absent" }),

      web,
      service({ unit: "nginx", refresh: "reload" }, { onChangeOf: [web] }),
      waitFor({ http: { url: "http://127.0.0.1:8099/", status: 204 } }),
      service({ unit: "haproxy", running: false, enabled: false }),
      service({ unit: "systemd-pstore", masked: true }),
      service({ unit: "ops-unheard-of.socket", masked: true }),

      unit,
      dropIn,
      service({ unit: "ops-tick" }, { onChangeOf: [unit, dropIn], timeoutMs: 60_000, tags: ["tick"] }),
      systemdUnit({ name: "ops-job", content: "[Service]\nType=oneshot\nExecStart=/bin/touch /run/ops-job\n" }),
      systemdUnit({
        name: "ops-job.timer",
        content: "[Timer]\nOnCalendar=yearly\n[Install]\nWantedBy=timers.target\n",
      }),
      service({ unit: "ops-job", running: "any", enabled: "any" }),
      service({ unit: "ops-job.timer" }),
      systemdUnit({
        name: "ops-at@",
        content: "[Service]\nExecStart=/usr/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n",
      }),
      service({ unit: "ops-at@one" }),
      systemdUnit({
        name: "ops-once",
        content: {
          Service: { Type: "oneshot", RemainAfterExit: true, ExecStart: "/bin/true" },
          Install: { WantedBy: "multi-user.target" },
        },
      }),
      service({ unit: "ops-once" }),
      systemdUnit({ name: "ops-old", state: "absent" }),
      systemdUnit({ name: "ops-tick", dropIn: "old", state: "absent" }),
    ];
  },
});
