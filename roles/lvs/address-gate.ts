import { defineGate, defineProbe, type Gate, type GateAnswer, type Host, sh } from "ts-play";

export interface AddressView {
  /** One of its interfaces other than `lo` has the address. */
  readonly holds: boolean;
  /** It is on `lo`. */
  readonly onLoopback: boolean;
  /** Hardware addresses of the host. */
  readonly macs: readonly string[];
  /** Hardware addresses that answered for the address; undefined where nobody could ask (no arping, or the address is its own). */
  readonly answers: readonly string[] | undefined;
}

/**
 * What a host knows of an address: whether it has it, and who answers for it. Only a host that does not have it can ask: iputils'
 * arping(8) asks three times on the interface that leads to the address, and shows every answer.
 */
export const addressView = defineProbe<string, AddressView>({
  name: "addressView",
  summary: "Whether a host has an address, and which hardware addresses answer for it on its network.",
  command: (address) => sh`ip -4 -oneline address show
sed 's/^/mac /' /sys/class/net/*/address
if ! ip -4 -oneline address show | grep -qF ${` inet ${address}/`} && arping -V 2>/dev/null | grep -q iputils; then
  echo asked
  arping -c 3 -w 3 -I "$(ip -4 -oneline route get ${address} | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p')" ${address}
fi
true`,
  parse: ({ stdout }, address) => parseView(stdout, address),
  bare: () => ({ holds: false, onLoopback: false, macs: [], answers: undefined }),
});

/** `2: eth0    inet 10.0.0.40/32 scope ...`, `mac 02:...`, `Unicast reply from 10.0.0.40 [02:...]  0.5ms` */
export function parseView(text: string, address: string): AddressView {
  const found = (pattern: RegExp) =>
    [...text.matchAll(pattern)].map(([, word, rest = ""]) => [word!.toLowerCase(), rest]);
  const devices = found(/^\d+: (\S+)\s+inet ([\d.]+)\//gm).flatMap(([device, of]) => (of === address ? [device] : []));
  const macs = found(/^mac (\S+)$/gm).map(([mac]) => mac!);
  const answers = found(/ reply from \S+ \[([\da-f:]+)\]/gi).map(([mac]) => mac!);
  return {
    holds: devices.some((device) => device !== "lo"),
    onLoopback: devices.includes("lo"),
    macs: macs.filter((mac) => mac !== "00:00:00:00:00:00"),
    answers: /^asked$/m.test(text) ? [...new Set(answers)] : undefined,
  };
}

/**
 * Exactly one of these hosts holds the address, and nobody but that one answers for it on the network.
 * Put it on a play of directors and real servers, so that it can name who else answers.
 */
export const oneHolder = (address: string): Gate =>
  defineGate({
    name: `${address} is held by one host`,
    probe: addressView(address),
    objection: (seen) => holderObjection(address, seen),
  });

export function holderObjection(address: string, seen: readonly GateAnswer<AddressView>[]): string | undefined {
  const silent = seen.filter(({ answer }) => answer === undefined).map(({ host }) => host.name);
  if (silent.length > 0) return `${silent.join(", ")} could not be asked who has it`;
  const holders = seen.filter(({ answer }) => answer?.holds);
  const [holder, ...others] = holders;
  if (holder === undefined) return "nobody holds it";
  if (others.length > 0) return `${holders.map(({ host }) => host.name).join(" and ")} hold it at once`;
  return answerObjection(address, seen, holder);
}

function answerObjection(
  address: string,
  seen: readonly GateAnswer<AddressView>[],
  holder: GateAnswer<AddressView>,
): string | undefined {
  const asked = seen.filter(({ answer }) => answer?.answers !== undefined);
  const wrong = new Set(
    asked.flatMap(({ answer }) => answer!.answers!).filter((mac) => !holder.answer!.macs.includes(mac)),
  );
  if (wrong.size > 0)
    return `${[...wrong].map((mac) => nameOf(mac, seen)).join(", ")} answers for it, and ${holder.host.name} holds it`;
  const deaf = asked.find(({ answer }) => answer!.answers!.length === 0);
  return deaf && `${holder.host.name} holds ${address}, and does not answer for it to ${deaf.host.name}`;
}

const nameOf = (mac: string, seen: readonly GateAnswer<AddressView>[]): string => {
  const host: Host | undefined = seen.find(({ answer }) => answer?.macs.includes(mac))?.host;
  return host === undefined ? `a stranger (${mac})` : `${host.name} (${mac})`;
};
