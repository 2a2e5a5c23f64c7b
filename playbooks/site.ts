import { defineInventory, definePlaybook, type Group, type Host, play, z } from "ts-play";
import { haproxy } from "../roles/haproxy/role.ts";
import { serversOf } from "../roles/haproxy/servers.ts";
import { keepalived } from "../roles/keepalived/role.ts";
import { reachable } from "../roles/reachable/role.ts";
import { web } from "../roles/web/role.ts";

const inventory = defineInventory({
  groups: {
    loadbalancers: z.object({
      priority: z
        .int()
        .min(1)
        .max(254)
        .optional()
        .describe(
          "of the hosts that are well, the highest holds the virtual IP; by default the first of the group has it",
        ),
    }),
    backends: z.object({}),
  },
  vars: z.object({
    virtual_ip: z.ipv4().describe("address under which the service is reached"),
    interface: z.string().optional().describe("carries the virtual IP; by default the one with the default route"),
    service_port: z.coerce
      .number()
      .pipe(z.int().min(1).max(65535))
      .default(80)
      .describe("port under which the service is reached"),
    backend_port: z.coerce.number().pipe(z.int().min(1).max(65535)).default(8080).describe("port of each backend"),
  }),
});

/** A web service behind a virtual IP that survives the loss of a host. */
export default definePlaybook({
  summary: "A load-balanced virtual IP in front of web servers.",
  inventory,

  plays: ({ groups: { loadbalancers, backends }, vars }) => [
    play({ title: "Web servers", on: backends, roles: [web({ port: vars.backend_port })] }),
    play({
      title: "Load balancers",
      on: loadbalancers,
      roles: [
        haproxy({
          services: [
            {
              name: "web",
              port: vars.service_port,
              check: { kind: "http" },
              servers: serversOf(backends, vars.backend_port),
            },
          ],
        }),
      ],
    }),
    play({
      title: "Virtual IP",
      on: loadbalancers,
      roles: [
        keepalived({
          virtualIp: vars.virtual_ip,
          interface: vars.interface,
          members: membersOf(loadbalancers),
          checkUrl: `http://127.0.0.1:${vars.service_port}/`,
        }),
      ],
    }),
    play({
      title: "The address answers",
      on: loadbalancers.first,
      roles: [reachable({ url: `http://${vars.virtual_ip}:${vars.service_port}/` })],
    }),
  ],
});

/** Hosts without a priority of their own get one by their place in the group. */
const membersOf = (group: Group<Host<{ priority?: number | undefined }>>) =>
  group.hosts.map(({ name, address, priority }, place) => ({ name, address, priority: priority ?? 200 - 5 * place }));
