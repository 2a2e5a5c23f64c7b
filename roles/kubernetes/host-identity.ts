import {
  defineOperation,
  defineOutput,
  defineProbe,
  type GateAnswer,
  type Group,
  type Ref,
  sh,
  TaskRefusal,
  z,
} from "ts-play";

/** What no two hosts may have in common, and what all must: the time. */
export interface HostIdentity {
  readonly machineId: string;
  /** Empty in a container, which shows that of the machine below. */
  readonly productUuid: string;
  /** Of the interface of the default route. */
  readonly mac: string;
  /** How far its clock is ahead of that of the control machine, ms; late by the time that the answer took. */
  readonly aheadMs: number;
}

export const hostIdentity = defineProbe<undefined, HostIdentity>({
  name: "hostIdentity",
  summary: "machine-id(5), the firmware's UUID, the MAC address of the default route's interface, and the clock.",
  command: () => sh`device=$(awk '$2 == "00000000" && $8 == "00000000" { print $1; exit }' /proc/net/route)
cat /etc/machine-id 2>/dev/null || echo
if systemd-detect-virt -cq 2>/dev/null; then echo; else cat /sys/class/dmi/id/product_uuid 2>/dev/null || echo; fi
cat "/sys/class/net/$device/address" 2>/dev/null || echo
date +%s%3N`,
  parse: ({ stdout }) => {
    const [machineId = "", productUuid = "", mac = "", now = ""] = stdout.split("\n").map((line) => line.trim());
    return { machineId, productUuid: productUuid.toLowerCase(), mac, aheadMs: Number(now) - Date.now() };
  },
  bare: () => ({ machineId: "", productUuid: "", mac: "", aheadMs: 0 }),
});

/** What hosts have said of themselves; undefined for one that could not be asked. */
export type Identities = readonly GateAnswer<HostIdentity>[];

export const identitiesOf = (group: Group): Ref<Identities> =>
  defineOutput({ name: "identity", probe: hostIdentity(undefined) }).fromEach(group);

const args = z.strictObject({
  name: z.string().describe("name of this host"),
  seen: z.custom<Identities | Ref<Identities>>().describe("identities of all hosts"),
});

/** Stops a host that is the copy of another, or lives in another time. */
export const distinctHost = defineOperation({
  name: "distinctHost",
  summary: "Stops a host that has its identity from a copied disk, or whose clock differs; changes nothing itself.",
  args,
  example: "distinctHost({ name: host.name, seen: identitiesOf(groups.masters.and(groups.workers)) })",
  subject: ({ name }) => name,
  read: () => ({}),
  plan: ({ args: { name, seen } }) => {
    const objections = identityObjections(name, seen as Identities);
    if (objections.length === 0) return [];
    throw new TaskRefusal(
      objections.map(({ message }) => message).join("; "),
      objections.map(({ fix }) => fix).join("; "),
    );
  },
});

/** Certificates begin when they are made, and leases are compared by each host's own clock. */
const MOST_SKEW_MS = 5000;

/** Firmware that was given none. */
const NO_UUID = /^(?:0{8}-|f{8}-|03000200-0400-0500-0006-000700080009)/;

export function identityObjections(name: string, seen: Identities) {
  const own = seen.find(({ host }) => host.name === name)?.answer;
  if (own === undefined) return [];
  const others = seen.flatMap(({ host, answer }) =>
    answer && host.name !== name ? [{ name: host.name, ...answer }] : [],
  );
  const twins = (of: keyof HostIdentity) =>
    others.filter((one) => own[of] !== "" && one[of] === own[of]).map((one) => one.name);
  const shared = (what: string, of: "machineId" | "productUuid" | "mac", fix: string) => {
    const names = NO_UUID.test(own[of]) ? [] : twins(of);
    return names.length === 0 ? [] : [{ message: `the same ${what} as ${names.join(", ")}: ${own[of]}`, fix }];
  };
  return [
    ...shared("machine-id", "machineId", "rm /etc/machine-id && systemd-machine-id-setup there, then restart it"),
    ...shared("firmware UUID", "productUuid", "give the virtual machine one of its own"),
    ...shared("MAC address", "mac", "give the interface one of its own"),
    ...skewObjections(own, others),
  ];
}

/** Compared with the hosts in the middle, so that only the odd one is named. */
function skewObjections(own: HostIdentity, others: readonly HostIdentity[]) {
  const all = [own, ...others].map(({ aheadMs }) => aheadMs).toSorted((a, b) => a - b);
  const skew = own.aheadMs - all[Math.floor((all.length - 1) / 2)]!;
  if (Math.abs(skew) <= MOST_SKEW_MS) return [];
  const seconds = (Math.abs(skew) / 1000).toFixed(1);
  return [
    {
      message: `its clock is ${seconds} s ${skew > 0 ? "ahead of" : "behind"} those of the other hosts`,
      fix: "let something keep its clock, such as chrony",
    },
  ];
}
