import { type CommandResult, defineProbe, sh } from "ts-play";
import { CONFIG } from "../keepalived/places.ts";

interface Question {
  /** A virtual address, IPv4. */
  readonly address: string;
  /** Own addresses of hosts that may have it. */
  readonly friends: readonly string[];
}

/** Hardware addresses, in small letters. */
export interface AddressOnWire {
  /** Who answers for the virtual address; undefined when nobody does. */
  readonly answer: string | undefined;
  /** The host's own, and who answers for its friends. */
  readonly friends: readonly string[];
}

/**
 * Who answers for an address that this host is to keep, asked of its network before it does; undefined where keepalived already keeps it, the
 * host has it, or cannot ask. It is the kernel that asks (three ARP requests, one a second), as for any packet: `use` of ip-neighbour(8) has it do so
 * without one, and needs no program that a bare host lacks.
 */
export const addressOnWire = defineProbe<Question, AddressOnWire | undefined>({
  name: "addressOnWire",
  summary: "Who answers an ARP request for an address that this host does not keep yet.",
  command: ({ address, friends }) => sh`a=${address}
if systemctl is-active --quiet keepalived 2>/dev/null && grep -qF " $a/32 dev " ${CONFIG} 2>/dev/null; then exit 0; fi
[ -z "$(ip -o address show to "$a" 2>&1)" ] || exit 0
device() { ip -o route get "$1" 2>/dev/null | sed -n 's/.* dev \\([^ ]*\\) .*/\\1/p'; }
ask() { ip neighbour replace "$1" dev "$(device "$1")" use 2>/dev/null; }
mac() { ip neighbour show to "$1" | sed -n 's/.* lladdr \\([^ ]*\\) .*/\\1/p' | head -n 1; }
ip neighbour delete "$a" dev "$(device "$a")" 2>/dev/null
for friend in ${friends}; do ask "$friend"; done
ask "$a" || exit 0
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  sleep 0.2
  case $(ip neighbour show to "$a") in *lladdr* | *FAILED*) break ;; esac
done
echo asked
echo "answer $(mac "$a")"
for friend in ${friends}; do echo "friend $(mac "$friend")"; done
sed 's/^/friend /' /sys/class/net/*/address`,
  parse: ({ stdout }: CommandResult) =>
    /^asked$/m.test(stdout)
      ? { answer: /^answer (\S+)$/m.exec(stdout)?.[1]?.toLowerCase(), friends: friendsIn(stdout) }
      : undefined,
  looksAt: () => ["network"],
  bare: () => undefined,
  timeoutMs: 20_000,
});

const friendsIn = (stdout: string): readonly string[] =>
  [...stdout.matchAll(/^friend (\S+)$/gm)].map(([, mac]) => mac!.toLowerCase());

/** What speaks against keeping the address here. */
export const strangerObjections = (
  { address, friends }: Question,
  seen: AddressOnWire | undefined,
): readonly string[] => {
  const { answer } = seen ?? {};
  return answer === undefined || seen?.friends.includes(answer)
    ? []
    : [`${address} is in use: ${answer} answers for it, and that is none of the hosts ${friends.join(", ")}`];
};
