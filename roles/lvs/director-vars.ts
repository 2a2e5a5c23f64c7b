import { z } from "ts-play";
import { keyOf, realServersOf, type VirtualService, virtualService } from "./services.ts";

const seconds = z.int().positive();

const director = z.strictObject({
  name: z.string().min(1).describe("the host's name in the inventory"),
  address: z.ipv4().describe("its own address, in the network of the real servers"),
});

const syncDaemon = z.strictObject({
  instance: z
    .string()
    .regex(/^[\w.-]+$/)
    .default("virtual_ip")
    .describe("the VRRP instance whose holder tells the others of its connections"),
  interface: z
    .string()
    .regex(/^[^\s/"{}]{1,15}$/)
    .optional()
    .describe("where it tells them, by multicast; by default the one with the director's own address"),
  id: z.int().min(1).max(255).default(1).describe("tells groups of directors on one network apart"),
});

export const directorVars = z
  .strictObject({
    services: z.array(virtualService).min(1).readonly().describe("what is balanced"),
    directors: z.array(director).min(1).readonly().describe("all hosts that balance; one of them at a time"),
    singleDirector: z.boolean().default(false).describe("accept one director alone, with which the service ends"),
    syncDaemon: syncDaemon
      .optional()
      .describe(
        "the other directors learn of open connections, so that these survive the loss of the one that balances; by default they end and clients connect anew",
      ),
    combined: z
      .literal("backup-only")
      .optional()
      .describe(
        "lets a director be a real server as well: the kernel balances only where the sync daemon leads (`backup_only`), else two such hosts would hand a packet to each other without end; needs `syncDaemon`",
      ),
    kubeProxyMode: z
      .enum(["iptables", "ipvs", "nftables"])
      .optional()
      .describe(
        "of the kube-proxy on the directors, if there is one; only with iptables it leaves the kernel's table alone",
      ),
    timeouts: z
      .strictObject({
        tcp: seconds.default(7200).describe("of a silent connection"),
        tcpFin: seconds.default(30).describe("after its end"),
        udp: seconds.default(300).describe("of a silent UDP flow"),
      })
      .prefault({})
      .describe(
        "after how many seconds the director forgets; the kernel's own 15 minutes cut idle watches, and are shorter than the first keepalive of TCP",
      ),
  })
  .superRefine((given, context) => {
    for (const [path, message] of faultsOf(given)) context.addIssue({ code: "custom", path: [path], message });
  });

export interface Topology {
  readonly services: readonly VirtualService[];
  readonly directors: readonly z.output<typeof director>[];
  readonly singleDirector: boolean;
  readonly syncDaemon?: z.output<typeof syncDaemon> | undefined;
  readonly combined?: "backup-only" | undefined;
  readonly kubeProxyMode?: "iptables" | "ipvs" | "nftables" | undefined;
}

/** Directors that are real servers as well. */
export const combinedIn = ({ services, directors }: Pick<Topology, "services" | "directors">): readonly string[] => {
  const servers = realServersOf(services);
  return directors
    .filter(({ name, address }) => servers.some((server) => server.name === name || server.address === address))
    .map(({ name }) => name);
};

/** What keepalived takes and what still cannot work. */
function faultsOf(given: Topology): readonly (readonly [string, string])[] {
  return [...addressFaults(given), ...countFaults(given), ...combinedFaults(given), ...kubeProxyFaults(given)];
}

function addressFaults({ services, directors }: Topology): readonly (readonly [string, string])[] {
  const hosts = [...directors, ...realServersOf(services)];
  const taken = services.flatMap(({ address }) => hosts.filter((host) => host.address === address));
  return [
    ...taken.map(
      ({ name, address }) => ["services", `${address} is to be a virtual address, and is ${name}'s own`] as const,
    ),
    ...twins(services.map(keyOf)).map((key) => ["services", `${key} is there twice`] as const),
    ...services.flatMap((service) =>
      twins(service.realServers.map(({ address }) => address)).map(
        (address) => ["services", `${keyOf(service)} has ${address} twice`] as const,
      ),
    ),
    ...twins(directors.map(({ address }) => address)).map((one) => ["directors", `${one} is there twice`] as const),
  ];
}

const countFaults = ({ directors, singleDirector }: Topology): readonly (readonly [string, string])[] =>
  directors.length === 1 && !singleDirector
    ? [["directors", "one director alone takes the service with it; add another, or say `singleDirector: true`"]]
    : [];

function combinedFaults(given: Topology): readonly (readonly [string, string])[] {
  const both = combinedIn(given);
  if (both.length === 0) return [];
  const who = `${both.join(", ")} ${both.length === 1 ? "is" : "are"} director and real server at once`;
  const { combined, syncDaemon } = given;
  const faults: readonly (readonly [boolean, string, string])[] = [
    [
      combined === undefined,
      "combined",
      `${who}: a packet that one hands to the other would be handed back, without end. Take hosts of their own, or say \`combined: "backup-only"\` with \`syncDaemon\``,
    ],
    [
      combined !== undefined && syncDaemon === undefined,
      "syncDaemon",
      `is needed with \`combined\`: by its state the kernel tells the director that balances from the others (${who})`,
    ],
  ];
  return faults.flatMap(([wrong, path, message]) => (wrong ? [[path, message] as const] : []));
}

/** Combined or not, the table on a director is gone when kube-proxy starts there, and keepalived does not notice. */
const kubeProxyFaults = ({ kubeProxyMode }: Topology): readonly (readonly [string, string])[] =>
  kubeProxyMode === "ipvs" || kubeProxyMode === "nftables"
    ? [
        [
          "kubeProxyMode",
          `kube-proxy in ${kubeProxyMode} mode removes virtual services that are not its own. Use iptables, or directors without kube-proxy`,
        ],
      ]
    : [];

const twins = (words: readonly string[]): readonly string[] => [
  ...new Set(words.filter((word, at) => words.indexOf(word) !== at)),
];
