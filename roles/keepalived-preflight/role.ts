import { isIPv4 } from "node:net";
import { defineRole, z } from "ts-play";
import { keepalivedCall } from "../keepalived/call.ts";
import { selfIn } from "../keepalived/config.ts";
import { finding } from "../keepalived/finding.ts";
import { networkFit } from "../keepalived/network-fit.ts";
import { facts, localOf } from "../keepalived/role.ts";
import { type AddressOnWire, addressOnWire, strangerObjections } from "./address-on-wire.ts";

const vars = z.strictObject({
  of: keepalivedCall.describe("the virtual IPs, as `keepalived({...})` returned them"),
  neighbours: z
    .array(z.ipv4())
    .default([])
    .readonly()
    .describe("addresses of other hosts that may have the virtual IPs, such as real servers behind a director"),
});

/** Says what of a host's network is in the way of keepalived. In a play of its own it stops a run before any host is changed. */
export const keepalivedPreflight = defineRole({
  name: "keepalivedPreflight",
  summary:
    "Stops when a host's network cannot carry the virtual IPs, or somebody else has one of them; changes nothing. In the first play it speaks before any host is changed.",
  vars,
  facts,
  tasks: ({ vars: { of, neighbours }, facts, host }) => [
    networkFit(of, selfIn(of, host), localOf({ vars: of, facts, host }), facts.interfaces),
    of.instances
      .flatMap(({ addresses }) => addresses.filter((address) => isIPv4(address)))
      .map((address) => noStranger(address, [...of.members.map((member) => member.address), ...neighbours])),
  ],
});

function noStranger(address: string, friends: readonly string[]) {
  const question = { address, friends };
  return finding({
    about: `who has ${address}`,
    probe: addressOnWire(question),
    faults: (seen: AddressOnWire | undefined) => strangerObjections(question, seen),
    fix: "take the address off the host with that hardware address, or choose one that nobody uses",
  });
}
