import { change, defineOperation, defineProbe, predict, run, type Step, sh, z } from "ts-play";

/** One instance of it for each address; `%i` is the address. */
export const ADDRESS_UNIT = "ts-play-lvs-address@.service";

/** Marks the addresses on `lo` that are kept here, so that one that is no longer wanted can be told from those of others. */
export const LABEL = "lo:lvs";

const WANTS = "/etc/systemd/system/multi-user.target.wants";

export interface LoopbackAddress {
  readonly address: string;
  readonly prefix: number;
  readonly label: string;
}

export interface Loopback {
  /** IPv4 addresses on `lo` beside 127.0.0.0/8. */
  readonly carried: readonly LoopbackAddress[];
  /** Addresses whose unit is started at boot. */
  readonly enabled: readonly string[];
}

/** What `lo` carries now, and what it will carry after a boot. */
export const loopback = defineProbe<void, Loopback>({
  name: "loopback",
  summary: "Addresses on `lo`, and those that are brought there at boot.",
  command: () =>
    sh`ip -4 -oneline address show dev lo 2>/dev/null
for unit in ${WANTS}/ts-play-lvs-address@*.service; do [ -L "$unit" ] && printf '%s\n' "$unit"; done; true`,
  parse: ({ stdout }) => ({
    carried: stdout.split("\n").flatMap(addressOf),
    enabled: [...stdout.matchAll(/ts-play-lvs-address@([\d.]+)\.service$/gm)].map(([, address]) => address!),
  }),
  looksAt: () => ["network", "units", "tree:/etc/systemd/system"],
  bare: () => ({ carried: [], enabled: [] }),
});

/** `1: lo    inet 10.0.0.40/32 scope host lo:lvs\       valid_lft forever ...` */
function addressOf(line: string): readonly LoopbackAddress[] {
  const [, address, prefix, label] = /^\d+: lo\s+inet ([\d.]+)\/(\d+) (?:[^\\]* )?(\S+)\\/.exec(line) ?? [];
  return address === undefined || address.startsWith("127.")
    ? []
    : [{ address, prefix: Number(prefix), label: label! }];
}

/** Keeps exactly these addresses on `lo`, now and after a boot; those of others there are left alone. */
export const loopbackAddresses = defineOperation({
  name: "loopbackAddresses",
  summary: "Exactly these virtual addresses on `lo`, each as /32, now and after a boot.",
  args: z.strictObject({ addresses: z.array(z.ipv4()).readonly().describe("the wanted ones") }),
  example: 'loopbackAddresses({ addresses: ["10.0.0.40"] })',
  subject: () => "lo",
  read: () => ({ now: loopback() }),
  plan: ({ args: { addresses }, current: { now } }) => [
    ...staleIn(now, addresses).map(leave),
    ...wideIn(now, addresses).map(narrow),
    ...addresses.flatMap((address) => keep(address, now)),
  ],
});

const unitOf = (address: string): string => ADDRESS_UNIT.replace("@", `@${address}`);

const isCarried = ({ carried }: Loopback, address: string): boolean =>
  carried.some((one) => one.address === address && one.prefix === 32);

/** What was brought here before and is wanted no more. */
function staleIn({ carried, enabled }: Loopback, wanted: readonly string[]): readonly string[] {
  const ours = carried.filter(({ label }) => label === LABEL).map(({ address }) => address);
  return [...new Set([...enabled, ...ours])].filter((address) => !wanted.includes(address));
}

/** With a wider mask than /32 on `lo` the host takes the whole network for itself. */
const wideIn = ({ carried }: Loopback, wanted: readonly string[]): readonly LoopbackAddress[] =>
  carried.filter(({ address, prefix }) => prefix !== 32 && wanted.includes(address));

const leave = (address: string): Step =>
  run(sh`systemctl disable --now ${unitOf(address)}; ip address delete ${address}/32 dev lo 2>/dev/null || true`, {
    changes: [change(`address ${address}`, "on lo", "absent")],
    effects: [
      predict(loopback(), ({ carried, enabled }) => ({
        carried: carried.filter((one) => one.address !== address),
        enabled: enabled.filter((one) => one !== address),
      })),
    ],
  });

const narrow = ({ address, prefix }: LoopbackAddress): Step =>
  run(sh`ip address delete ${address}/${prefix} dev lo`, {
    changes: [change(`address ${address}`, `/${prefix}`, "/32")],
    effects: [
      predict(loopback(), ({ carried, enabled }) => ({
        carried: carried.filter((one) => one.address !== address || one.prefix !== prefix),
        enabled,
      })),
    ],
    touches: ["network"],
  });

function keep(address: string, now: Loopback): readonly Step[] {
  const unit = unitOf(address);
  const enabling = now.enabled.includes(address)
    ? []
    : [
        run(sh`systemctl enable ${unit}`, {
          changes: [change(`address ${address} at boot`, false, true)],
          effects: [predict(loopback(), (before) => ({ ...before, enabled: [...before.enabled, address] }))],
          touches: ["units", "tree:/etc/systemd/system"],
        }),
      ];
  return isCarried(now, address) ? enabling : [...enabling, bring(address, unit)];
}

/** Started once more, because a unit whose address somebody took away is still active. */
const bring = (address: string, unit: string): Step =>
  run(sh`systemctl restart ${unit}`, {
    changes: [change(`address ${address}`, "absent", "on lo")],
    effects: [
      predict(loopback(), (before) => ({
        ...before,
        carried: [...before.carried, { address, prefix: 32, label: LABEL }],
      })),
    ],
  });
