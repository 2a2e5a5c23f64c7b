import { defineProbe, sh } from "ts-play";

/** What a balancer of ours offers now. */
export interface Offered {
  readonly ports: readonly number[];
  readonly addresses: readonly string[];
  /** What offers something else as well: in its own file, or in parts that other roles have put beside that. */
  readonly shared: readonly ("haproxy" | "keepalived")[];
}

/** By its own files, so that a run that was interrupted finds what it has left. */
export const offeredEndpoint = defineProbe<void, Offered>({
  name: "offeredEndpoint",
  summary: "At which ports and virtual addresses a balancer of ts-play offers the apiservers.",
  command:
    () => sh`awk '$1 == "frontend" { ours = $2 ~ /^kubernetes/; if (!ours) print "shared haproxy" } ours && $1 == "bind" { sub(/.*:/, "", $2); print "port", $2 }' /etc/haproxy/haproxy.cfg 2>/dev/null
awk '$1 == "vrrp_instance" { ours = $2 ~ /^kubernetes/; inside = 0; if (!ours) print "shared keepalived" }
  $1 == "virtual_server" { print "shared keepalived" }
  $1 == "virtual_ipaddress" { inside = 1; next }
  $1 == "}" { inside = 0 }
  ours && inside { sub(/\\/.*/, "", $1); print "address", $1 }' /etc/keepalived/keepalived.conf 2>/dev/null
for part in /etc/keepalived/conf.d/*.conf; do [ ! -e "$part" ] || echo shared keepalived; done`,
  parse: ({ stdout }) => {
    const words = stdout.split("\n").map((line) => line.split(" "));
    const of = (kind: string) => words.filter(([first]) => first === kind).map(([, word = ""]) => word);
    const shared = [...new Set(of("shared"))] as ("haproxy" | "keepalived")[];
    return { ports: of("port").map(Number), addresses: of("address"), shared };
  },
  bare: () => ({ ports: [], addresses: [], shared: [] }),
  looksAt: () => ["path:/etc/haproxy/haproxy.cfg", "path:/etc/keepalived/keepalived.conf"],
});
