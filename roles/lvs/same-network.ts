import { assert, interfaces, type NetworkInterface, type Task } from "ts-play";
import { hasNetwork, isInNetwork } from "../keepalived/networks.ts";

export const networkFacts = { interfaces: interfaces() };

interface Facts {
  readonly interfaces: readonly NetworkInterface[];
}

/**
 * Direct routing readdresses only the frame, so a host must have the others in its own network.
 * Nothing is changed on a host that does not.
 */
export const sameNetwork = (facts: Facts, own: string, others: readonly string[]): Task =>
  assert({ that: others.length === 0, ...findingOf(facts, own, others) }, { name: "assert one network" });

function findingOf(facts: Facts, own: string, others: readonly string[]) {
  const network = networkOf(facts, own);
  if (network === undefined) {
    return {
      message: `${own} is on none of the host's interfaces, so nobody knows which network it shares with the others`,
      fix: "give the inventory the addresses by which the hosts see each other",
    };
  }
  const strangers = others.filter((other) => !isInNetwork(other, [network]));
  return {
    that: strangers.length === 0,
    message: `direct routing needs all hosts in one network, and ${strangers.join(", ")} is not in that of ${network.address}/${network.prefix}`,
    fix: "bring them into one network, or balance with haproxy, which needs none",
  };
}

const networkOf = ({ interfaces }: Facts, own: string) =>
  interfaces
    .flatMap(({ addresses }) => addresses)
    .find((one) => one.family === 4 && one.address === own && hasNetwork(one));

/** The interface that has this address. */
export const deviceOf = ({ interfaces }: Facts, own: string): string =>
  interfaces.find(({ addresses }) => addresses.some(({ address }) => address === own))?.name ?? "eth0";
