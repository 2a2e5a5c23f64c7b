import {
  defineInventory,
  definePlaybook,
  type InventoryObjection,
  type InventoryOf,
  play,
  refuseInventory,
  z,
} from "ts-play";
import { floatingObjections, languageObjections } from "../roles/keepalived/inventory-objections.ts";
import { floatingHost, floatingVars } from "../roles/keepalived/inventory-vars.ts";
import { lowestFirst, membersOf } from "../roles/keepalived/members.ts";
import { keepalived } from "../roles/keepalived/role.ts";
import { keepalivedPreflight } from "../roles/keepalived-preflight/role.ts";
import { directorObjections } from "../roles/lvs/inventory-objections.ts";
import { lvsDirector, lvsPreflight, lvsRealServer } from "../roles/lvs/role.ts";
import { reachable } from "../roles/reachable/role.ts";
import { web } from "../roles/web/role.ts";

export const inventory = defineInventory({
  groups: {
    directors: z.object(floatingHost),
    real_servers: z.object({
      weight: z.int().min(1).max(65535).default(1).describe("its share of the connections"),
    }),
    former_real_servers: z.object({}).meta({ optional: true }),
    clients: z.object({}).meta({ optional: true }),
  },
  vars: z.object({
    ...floatingVars,
    service_port: z.coerce
      .number()
      .pipe(z.int().min(1).max(65535))
      .default(80)
      .describe("port of the service, and of each real server: direct routing translates nothing"),
    combined: z
      .literal("backup-only")
      .optional()
      .describe("lets a director be a real server as well; open connections are then told to the other directors"),
    kube_proxy_mode: z
      .enum(["iptables", "ipvs", "nftables"])
      .optional()
      .describe("of the kube-proxy on the directors, if there is one"),
  }),
});

/** An inventory that fits. */
export type LvsSite = InventoryOf<typeof inventory.groups, typeof inventory.vars>;

/** A web service that the kernel balances: requests go through one director, answers straight back. */
export default definePlaybook({
  summary: "Web servers behind two LVS directors in direct-routing mode.",
  inventory,

  plays: (given) => {
    const { groups, vars } = given;
    refuseInventory(objections(given));
    const { services, directors } = balanced(given);
    const virtualIp = keepalived(floating(given));
    return [
      play({
        title: "One network",
        on: groups.directors.and(groups.real_servers),
        roles: [lvsPreflight({ services, directors })],
      }),
      play({
        title: "An address of it",
        on: groups.directors,
        roles: [keepalivedPreflight({ of: virtualIp, neighbours: groups.real_servers.map(({ address }) => address) })],
      }),
      play({ title: "Web servers", on: groups.real_servers, roles: [web({ port: vars.service_port })] }),
      play({
        title: "Real servers",
        on: groups.real_servers,
        roles: [lvsRealServer({ addresses: [vars.virtual_ip], directors: directors.map(({ address }) => address) })],
      }),
      play({
        title: "Directors",
        // One after the other, the one that balances last: there is always one to take the address.
        on: lowestFirst(groups.directors),
        batch: 1,
        roles: [virtualIp, lvsDirector(directing(given))],
      }),
      // Not before: a director would go on to hand requests to a host that has no address for them.
      play({ title: "Former real servers", on: groups.former_real_servers, roles: [lvsRealServer({ addresses: [] })] }),
      // A director that holds the address cannot ask for it: it would speak from the very address that it asks.
      play({
        title: "The address answers",
        on: groups.clients,
        roles: [reachable({ url: `http://${vars.virtual_ip}:${vars.service_port}/` })],
      }),
    ];
  },
});

/** What no plays can be made for, here and in the playbook that looks at what was made. */
export const objections = (given: LvsSite): readonly InventoryObjection[] => {
  const { directors, real_servers: servers, former_real_servers: former } = given.groups;
  const single = [...floatingObjections(directors, given.vars.virtual_ip), ...languageObjections(servers)];
  if (single.length > 0) return single;
  const both = former.hosts.filter(({ name }) => servers.hosts.some((host) => host.name === name));
  return [
    ...both.map(({ name }) => ({
      message: `${name} is a real server, and a former one`,
      fix: "leave it in one of the groups",
      group: former.name,
    })),
    ...directorObjections(directing(given)),
  ];
};

/** What the directors are to be. */
const directing = (given: LvsSite) => ({
  ...balanced(given),
  combined: given.vars.combined,
  syncDaemon: given.vars.combined && { interface: given.vars.interface },
  kubeProxyMode: given.vars.kube_proxy_mode,
});

/** The address that floats between the directors. */
export const floating = ({ groups, vars }: LvsSite) => ({
  members: membersOf(groups.directors),
  instances: [
    {
      addresses: [vars.virtual_ip],
      interface: vars.interface,
      advertIntervalSeconds: vars.advert_interval,
      // A director that knows of no server is the last to hold the address.
      check: { kind: "ipvs" as const, port: vars.service_port },
    },
  ],
  watchdogSeconds: vars.watchdog_seconds,
});

/** What the directors balance, and who they are. */
export const balanced = ({ groups: { directors, real_servers }, vars }: LvsSite) => ({
  directors: directors.map(({ name, address }) => ({ name, address })),
  services: [
    {
      address: vars.virtual_ip,
      port: vars.service_port,
      check: { kind: "http" as const },
      realServers: real_servers.map(({ name, address, weight }) => ({ name, address, weight })),
    },
  ],
});
