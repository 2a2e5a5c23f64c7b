import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";

export interface ListeningPort {
  readonly protocol: "tcp" | "udp";
  /** `0.0.0.0` and `::` stand for all addresses. */
  readonly address: string;
  readonly port: number;
}

const LISTEN = "0A";
const UNCONNECTED = "07";

/** The sockets that wait for peers, from `/proc/net/{tcp,udp}{,6}` (proc(5)); needs neither `ss` nor `netstat`. */
export const listeningPorts = defineProbe<void, readonly ListeningPort[]>({
  name: "listeningPorts",
  summary: "TCP ports that are listened on and UDP ports that are bound.",
  command: () => sh`for p in tcp tcp6 udp udp6; do echo "$p"; cat "/proc/net/$p" 2>/dev/null; done; true`,
  parse: ({ stdout }) => stdout.split(/^(?=tcp6?$|udp6?$)/m).flatMap(portsOf),
  bare: () => [{ protocol: "tcp", address: "0.0.0.0", port: 22 }],
});

function portsOf(section: string): readonly ListeningPort[] {
  const [name = "", , ...lines] = section.split("\n");
  const protocol = name.startsWith("tcp") ? "tcp" : "udp";
  const waiting = protocol === "tcp" ? LISTEN : UNCONNECTED;
  return lines.flatMap((line) => {
    const [, address, port, state] = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /.exec(line) ?? [];
    return state === waiting ? [{ protocol, address: addressOf(address!), port: Number.parseInt(port!, 16) }] : [];
  });
}

/** The kernel prints each 32-bit word in the byte order of the processor, little-endian wherever this runs. */
function addressOf(hex: string): string {
  const bytes = hex.match(/.{8}/g)!.flatMap((word) => word.match(/../g)!.reverse());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join(".");
  const groups = bytes.flatMap((byte, i) => (i % 2 ? [] : [byte + bytes[i + 1]])).join(":");
  return new URL(`http://[${groups}]`).hostname.slice(1, -1);
}
