import { BlockList, isIPv4 } from "node:net";
import type { NetworkInterface } from "ts-play";

type Own = NetworkInterface["addresses"][number];

/** A virtual address stands alone, without a network. */
export const hasNetwork = ({ prefix, family }: Own): boolean => prefix < (family === 4 ? 32 : 128);

/** Whether an address lies in the network of one of an interface's own addresses. */
export function isInNetwork(address: string, own: readonly Own[]): boolean {
  const networks = new BlockList();
  for (const one of own.filter(hasNetwork))
    networks.addSubnet(one.address, one.prefix, one.family === 4 ? "ipv4" : "ipv6");
  return networks.check(address, isIPv4(address) ? "ipv4" : "ipv6");
}
