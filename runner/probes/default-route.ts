import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";

/** The way out of a host. */
export interface DefaultRoute {
  readonly interface: string;
  /** Undefined for a route without gateway (point to point). */
  readonly gateway: string | undefined;
}

/** The IPv4 default route of the lowest metric, from `/proc/net/route` (proc(5)); undefined when there is none. */
export const defaultRoute = defineProbe<void, DefaultRoute | undefined>({
  name: "defaultRoute",
  summary: "Interface and gateway of the IPv4 default route.",
  command: () => sh`cat /proc/net/route`,
  parse: ({ stdout }) => stdout.split("\n").slice(1).flatMap(routeOf).sort(byMetric)[0]?.route,
  looksAt: () => [],
  bare: () => ({ interface: "eth0", gateway: "192.0.2.1" }),
});

interface Entry {
  readonly metric: number;
  readonly route: DefaultRoute;
}

const byMetric = (a: Entry, b: Entry): number => a.metric - b.metric;

/** Columns: Iface Destination Gateway Flags RefCnt Use Metric Mask ... */
function routeOf(line: string): readonly Entry[] {
  const [name, destination, gateway, flags, , , metric, mask] = line.trim().split(/\s+/);
  const isDefault = destination === "00000000" && mask === "00000000" && (Number.parseInt(flags!, 16) & RTF_UP) !== 0;
  return isDefault ? [{ metric: Number(metric), route: { interface: name!, gateway: dotted(gateway!) } }] : [];
}

const RTF_UP = 1;

/** The kernel prints the address as one number of the processor's byte order, which is little-endian wherever this runs. */
const dotted = (hex: string): string | undefined =>
  hex === "00000000" ? undefined : [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(".");
