import { defineRole, type ListeningPort, listeningPorts, sysctlValue, unitState, z } from "ts-play";
import { finding } from "../keepalived/finding.ts";
import { directorVars } from "./director-vars.ts";
import { ipvsTable, type TableService } from "./ipvs-table.ts";
import { type Loopback, loopback } from "./loopback-addresses.ts";
import { realServersOf, type VirtualService } from "./services.ts";
import { tableDrift } from "./table-drift.ts";

const { services, directors } = directorVars.shape;
const vars = z.strictObject({ services, directors });

/** Looks whether a director or a real server is as it must be. */
export const lvsVerify = defineRole({
  name: "lvsVerify",
  summary:
    "Looks at a director (the kernel's table against what is wanted) or a real server (address, ARP settings, who listens); changes nothing.",
  vars,
  tasks: ({ vars, host }) => [
    vars.directors.some(({ name }) => name === host.name) && directorFindings(vars.services),
    realServersOf(vars.services).some(({ name }) => name === host.name) &&
      realServerFindings(vars.services.filter(({ realServers }) => realServers.some(({ name }) => name === host.name))),
  ],
});

const directorFindings = (services: readonly VirtualService[]) => [
  finding({
    about: "keepalived",
    probe: unitState("keepalived"),
    faults: ({ active }: { active: string }) => (active === "active" ? [] : [`keepalived is ${active}`]),
    fix: "run the role keepalived on this host",
  }),
  finding({
    about: "table of virtual services",
    probe: ipvsTable(),
    faults: (table: readonly TableService[] | undefined) => tableDrift(services, table),
    fix: "look after the servers that are named; when they are well, restart keepalived on this host, which makes the table anew",
  }),
];

const realServerFindings = (services: readonly VirtualService[]) => [
  finding({
    about: "addresses on lo",
    probe: loopback(),
    faults: (now: Loopback) => [...new Set(services.flatMap(({ address }) => addressFaults(address, now)))],
    fix: "run the role lvsRealServer on this host",
  }),
  ...Object.entries(ARP_SETTINGS).map(([key, least]) =>
    finding({
      about: key,
      probe: sysctlValue(key),
      faults: (value: string | undefined) =>
        Number(value) >= least
          ? []
          : [
              `${key} is ${value}: the host speaks of the virtual address on the network, and takes it away from the director`,
            ],
      fix: "run the role lvsRealServer on this host, and look which file below /etc/sysctl.d says something else",
    }),
  ),
  finding({
    about: "who listens",
    probe: listeningPorts(),
    faults: (all: readonly ListeningPort[]) => services.flatMap((service) => listenerFaults(service, all)),
    fix: "let the service listen on all addresses; an apiserver does with `--bind-address=0.0.0.0`",
  }),
];

const ARP_SETTINGS = { "net.ipv4.conf.all.arp_ignore": 1, "net.ipv4.conf.all.arp_announce": 2 };

function addressFaults(address: string, { carried, enabled }: Loopback): readonly string[] {
  const masks = carried.filter((one) => one.address === address).map(({ prefix }) => prefix);
  return [
    ...(masks.length === 0 ? [`${address} is not on lo, so requests for it are refused`] : []),
    ...masks
      .filter((prefix) => prefix !== 32)
      .map((prefix) => `${address} is on lo with /${prefix} instead of /32, which hides a whole network`),
    ...(enabled.includes(address) ? [] : [`${address} will not be on lo after a boot`]),
  ];
}

/** A request arrives for the virtual address, so a service that listens on the host's own one never sees it. */
function listenerFaults({ address, port }: VirtualService, all: readonly ListeningPort[]): readonly string[] {
  const listeners = all.filter((one) => one.protocol === "tcp" && one.port === port);
  if (listeners.some((one) => [address, "0.0.0.0", "::"].includes(one.address))) return [];
  const where = listeners.map((one) => one.address).join(", ");
  return [
    where === ""
      ? `nobody listens on port ${port}`
      : `port ${port} is listened to on ${where} only, and not on ${address}`,
  ];
}
