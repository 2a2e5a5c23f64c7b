import { sh } from "./command.ts";

const TABLE = "ts_play_drill";

/** nftables(8): what the kernel hands to and takes from the host's own programs; ARP is a family of its own, and nobody must learn an address from the host. */
const TABLES = `table inet ${TABLE} {
  chain input { type filter hook input priority -300; policy drop; iif lo accept; }
  chain forward { type filter hook forward priority -300; policy drop; }
  chain output { type filter hook output priority -300; policy drop; oif lo accept; }
}
table arp ${TABLE} {
  chain input { type filter hook input priority -300; policy drop; }
  chain output { type filter hook output priority -300; policy drop; }
}`;

/** Marks the filter of tc(8), to tell it from those of others. */
const HANDLE = "0xd111";

/** Each interface but the loopback. */
const DEVICES = sh`for path in /sys/class/net/*; do
  device=$(basename "$path")
  [ -e "$path/ifindex" ] && [ "$device" != lo ] || continue`;

/** Fails with both reasons where neither way is open; tc can only try, which it does with a filter on the loopback that lets all pass. */
export const rehearseCut = sh`nft=$(printf %s ${TABLES} | nft --check -f - 2>&1) || tc=$(
  tc qdisc add dev lo clsact 2>&1 || exit 1
  tc filter add dev lo egress matchall action pass 2>&1 || code=1
  tc qdisc delete dev lo clsact
  exit "\${code:-0}"
) || {
  echo "the network cannot be cut here, install nftables: $(echo "$nft" | head -n 1); $(echo "$tc" | head -n 1)" >&2
  exit 1
}`;

/** By nftables where the kernel has the tables, else by the traffic control of each interface. */
export const cut = sh`if ! printf %s ${TABLES} | nft -f -; then
  ${DEVICES}
    tc qdisc add dev "$device" clsact || exit
    for way in ingress egress; do tc filter add dev "$device" $way handle ${HANDLE} matchall action drop || exit; done
  done
fi`;

/** Takes away what the cut made, and nothing else. */
export const mendCut = sh`for family in inet arp; do
  if nft list table $family ${TABLE} >/dev/null 2>&1; then nft delete table $family ${TABLE} || exit; fi
done
${DEVICES}
  case $(tc filter show dev "$device" ingress 2>/dev/null) in
    *${HANDLE}*) tc qdisc delete dev "$device" clsact || exit ;;
  esac
done`;
