import { isIPv4 } from "node:net";
import { type CommandResult, defineProbe, sh } from "ts-play";

/** A virtual address as one host of its network sees it. */
export interface AddressView {
  /** One of the host's interfaces has it, other than `lo`. */
  readonly held: boolean;
  /** Hardware addresses of the host. */
  readonly macs: readonly string[];
  /**
   * Hardware addresses that answer an ARP request for it, the host's own left out; undefined where nobody could ask: arping (iputils) is not
   * installed, the address is IPv6, or on `lo`, so that the host would ask itself.
   */
  readonly answers: readonly string[] | undefined;
}

/**
 * Who holds an address, as seen from a host. The holder asks as one that looks for a duplicate (RFC 5227), or it would only talk to itself; then arping
 * ends with the first answer, which is one too many anyway. Others ask three times, and every answer counts.
 */
export const addressView = defineProbe<string, AddressView>({
  name: "addressView",
  summary: "A virtual address as a host sees it: whether it holds it, and who answers an ARP request for it.",
  command: (address) => sh`a=${address}
devices=$(ip -o address show to "$a" | sed -n 's/^[0-9]*: *\\([^ ]*\\).*/\\1/p')
held=$(printf '%s\n' "$devices" | grep -vx lo | head -n 1)
echo "held $held"
sed 's/^/mac /' /sys/class/net/*/address
[ "$devices" != lo ] && arping -V 2>/dev/null | grep -q iputils || exit 0
echo arping
if [ -n "$held" ]; then arping -D -c 2 -w 2 -I "$held" "$a"; exit 0; fi
arping -c 3 -w 3 -I "$(ip -o route get "$a" 2>/dev/null | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p')" "$a"
exit 0`,
  parse: ({ stdout }: CommandResult, address) => ({
    held: /^held \S/m.test(stdout),
    macs: [...stdout.matchAll(/^mac (\S+)$/gm)].map(([, mac]) => mac!).filter((mac) => mac !== "00:00:00:00:00:00"),
    answers: isIPv4(address) && /^arping$/m.test(stdout) ? answersOf(stdout) : undefined,
  }),
  bare: () => ({ held: false, macs: [], answers: undefined }),
});

/** `Unicast reply from 192.0.2.10 [BA:A2:B2:8D:3F:6B]  0.560ms` */
const answersOf = (stdout: string): readonly string[] => [
  ...new Set([...stdout.matchAll(/ reply from \S+ \[([\dA-Fa-f:]+)\]/g)].map(([, mac]) => mac!.toLowerCase())),
];

/** What one host sees that is wrong. */
export function wrongWith(address: string, { held, answers }: AddressView): string | undefined {
  if (answers === undefined) return undefined;
  if (held)
    return answers.length > 0
      ? `two hosts hold ${address}: this one, and ${answers.join(", ")} answers for it as well`
      : undefined;
  if (answers.length === 0) return `nobody holds ${address}: no answer to an ARP request`;
  return answers.length > 1 ? `two hosts hold ${address}: ${answers.join(" and ")} answer for it` : undefined;
}
