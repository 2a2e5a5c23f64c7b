import { z } from "zod";
import { sh } from "../define/command.ts";
import { defineProbe } from "../define/probe.ts";

export interface NetworkInterface {
  readonly name: string;
  /** Undefined where only the text form of `ip` was to be had. */
  readonly mac: string | undefined;
  readonly addresses: readonly InterfaceAddress[];
}

export interface InterfaceAddress {
  readonly address: string;
  readonly prefix: number;
  readonly family: 4 | 6;
}

/**
 * Interfaces with their addresses. Asks `ip -json`; BusyBox and iproute2 before 4.14 have no JSON, their one-line text is read instead.
 * A host without `ip` has no interfaces to tell of.
 */
export const interfaces = defineProbe<void, readonly NetworkInterface[]>({
  name: "interfaces",
  summary: "Addresses of each network interface.",
  command: () => sh`ip -json address show 2>/dev/null || ip -o address show 2>/dev/null || true`,
  parse: ({ stdout }) => (stdout.startsWith("[") ? fromJson(stdout) : fromText(stdout)),
  looksAt: () => [],
  bare: () => [{ name: "eth0", mac: undefined, addresses: [{ address: "192.0.2.10", prefix: 24, family: 4 }] }],
});

const shown = z.array(
  z.object({
    ifname: z.string().optional(),
    address: z.string().optional(),
    addr_info: z.array(z.object({ local: z.string().optional(), prefixlen: z.int().optional() })).default([]),
  }),
);

const fromJson = (text: string): readonly NetworkInterface[] =>
  shown
    .parse(JSON.parse(text))
    .flatMap(({ ifname, address: mac, addr_info }) =>
      ifname === undefined
        ? []
        : [{ name: ifname, mac, addresses: addr_info.flatMap(({ local, prefixlen }) => addressOf(local, prefixlen)) }],
    );

/** `2: eth0    inet 192.0.2.2/24 brd 192.0.2.255 scope global eth0\ ...` */
function fromText(text: string): readonly NetworkInterface[] {
  const found = [...text.matchAll(/^\d+:\s+([^\s@]+)\S*\s+inet6?\s+([^\s/]+)(?:\/(\d+))?/gm)];
  const names = [...new Set(found.map(([, name]) => name!))];
  return names.map((name) => ({
    name,
    mac: undefined,
    addresses: found.filter((line) => line[1] === name).flatMap(([, , address, prefix]) => addressOf(address, prefix)),
  }));
}

function addressOf(address: string | undefined, prefix: number | string | undefined): readonly InterfaceAddress[] {
  if (address === undefined) return [];
  const family = address.includes(":") ? 6 : 4;
  return [{ address, prefix: Number(prefix ?? (family === 6 ? 128 : 32)), family }];
}
