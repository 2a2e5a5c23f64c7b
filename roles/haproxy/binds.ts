import type { HaproxyVars } from "./vars.ts";

/** A place where haproxy listens. */
export interface Bind {
  /** As `ss` writes it: `0.0.0.0` for every IPv4 address, `*` for every one of IPv6 as well. */
  readonly address: string;
  readonly port: number;
  /** For people: `service api`. */
  readonly owner: string;
}

/** All places where haproxy is to listen. */
export const bindsOf = ({ services, statistics }: Pick<HaproxyVars, "services" | "statistics">): readonly Bind[] => [
  ...services.flatMap(({ name, addresses, port }) =>
    addresses.map((address) => ({ address: spelling(address), port, owner: `service ${name}` })),
  ),
  ...(statistics
    ? [{ address: spelling(statistics.address), port: statistics.port, owner: "the page with statistics" }]
    : []),
];

const WILD: ReadonlyMap<string, string> = new Map([
  ["*", "0.0.0.0"],
  ["::", "*"],
]);

const spelling = (address: string): string => WILD.get(address) ?? canonical(address);

/** One spelling for each IPv6 address. */
const canonical = (address: string): string =>
  address.includes(":") ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;

/** `192.0.2.10:9443`, `[2001:db8::1]:9443`, `*:9443`. */
export const written = ({ address, port }: Pick<Bind, "address" | "port">): string =>
  `${address.includes(":") ? `[${address}]` : address}:${port}`;

/** Whether one address stands for the other as well, so that both cannot be bound on one port. */
export function overlap(a: string, b: string): boolean {
  if (a === b || a === "*" || b === "*") return true;
  const [wild, other] = a === "0.0.0.0" || a === "::" ? [a, b] : [b, a];
  return (wild === "0.0.0.0" && !other.includes(":")) || (wild === "::" && other.includes(":"));
}

/** What is wrong when two of them want the same place; undefined when none do. */
export function clashIn(binds: readonly Bind[]): string | undefined {
  for (const [i, one] of binds.entries()) {
    const other = binds.slice(0, i).find(({ address, port }) => port === one.port && overlap(address, one.address));
    if (other !== undefined)
      return `${other.owner} and ${one.owner} would listen on the same port: ${written(other)} and ${written(one)}`;
  }
  return undefined;
}
