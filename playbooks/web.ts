import { defineInventory, definePlaybook, type Group, type Host, play, refuseInventory, z } from "ts-play";
import { haproxy } from "../roles/haproxy/role.ts";
import { serversOf } from "../roles/haproxy/servers.ts";
import { haproxyPreflight } from "../roles/haproxy-preflight/role.ts";
import { floatingObjections } from "../roles/keepalived/inventory-objections.ts";
import { floatingHost, floatingVars } from "../roles/keepalived/inventory-vars.ts";
import { lowestFirst, membersOf } from "../roles/keepalived/members.ts";
import { keepalived } from "../roles/keepalived/role.ts";
import { keepalivedPreflight } from "../roles/keepalived-preflight/role.ts";
import { reachable } from "../roles/reachable/role.ts";
import { web } from "../roles/web/role.ts";

/** What the playbooks of this site ask of an inventory. */
export const inventory = defineInventory({
  groups: {
    loadbalancers: z.object(floatingHost),
    backends: z.object({}),
  },
  vars: z.object({
    ...floatingVars,
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

  plays: ({ groups: { loadbalancers, backends }, vars }) => {
    refuseInventory(objections({ loadbalancers, backends }, vars));
    return [
      play({
        title: "Nothing is in the way",
        on: loadbalancers,
        roles: [
          haproxyPreflight({ of: balancer(backends, vars) }),
          keepalivedPreflight({ of: keepalived(virtualIp(loadbalancers, vars)) }),
        ],
      }),
      play({ title: "Web servers", on: backends, roles: [web({ port: vars.backend_port })] }),
      play({
        title: "Load balancers",
        on: loadbalancers,
        roles: [balancer(backends, vars)],
      }),
      play({
        title: "Virtual IP",
        // One after the other, the holder last: what needs a restart moves the address once, and there is always one to take it.
        on: lowestFirst(loadbalancers),
        batch: 1,
        roles: [keepalived(virtualIp(loadbalancers, vars))],
      }),
      play({
        title: "The address answers",
        on: loadbalancers.first,
        roles: [reachable({ url: `http://${vars.virtual_ip}:${vars.service_port}/` })],
      }),
    ];
  },
});

type Balancers = Group<Host<{ priority?: number | undefined }>>;

interface Groups {
  readonly loadbalancers: Balancers;
  readonly backends: Group;
}

/** What no plays can be made for, here and in the playbook that looks at what was made. */
export function objections({ loadbalancers, backends }: Groups, vars: z.output<typeof inventory.vars>) {
  const { service_port: port, backend_port: theirs } = vars;
  const both = loadbalancers.hosts.find(({ name }) => backends.hosts.some((host) => host.name === name));
  return [
    ...floatingObjections(loadbalancers, vars.virtual_ip),
    ...(backends.size === 0
      ? [{ message: "there is nobody to hand requests to", fix: "name a host or more in backends", group: "backends" }]
      : []),
    ...(both !== undefined && port === theirs
      ? [
          {
            message: `haproxy and the web server of ${both.name} cannot both listen on port ${port}`,
            fix: "take another backend_port",
            variable: "backend_port",
            group: "backends",
          },
        ]
      : []),
  ];
}

/** The address that floats, for this playbook and for those that look at what it made. */
export const virtualIp = (balancers: Balancers, vars: z.output<typeof inventory.vars>) => ({
  members: membersOf(balancers),
  instances: [
    {
      addresses: [vars.virtual_ip],
      interface: vars.interface,
      advertIntervalSeconds: vars.advert_interval,
      check: { kind: "http" as const, port: vars.service_port },
    },
  ],
  watchdogSeconds: vars.watchdog_seconds,
});

/** What is balanced, for this playbook and for those that look at what it made. */
export const balancer = (backends: Group, vars: z.output<typeof inventory.vars>) =>
  haproxy({
    services: [
      {
        name: "web",
        port: vars.service_port,
        check: { kind: "http" },
        servers: serversOf(backends, vars.backend_port),
      },
    ],
  });
