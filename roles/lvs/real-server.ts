import { assert, defineRole, sysctl, systemdUnit, z } from "ts-play";
import { ADDRESS_UNIT, LABEL, loopbackAddresses } from "./loopback-addresses.ts";
import { networkFacts, sameNetwork } from "./same-network.ts";

const vars = z.strictObject({
  addresses: z
    .array(z.ipv4())
    .readonly()
    .refine((all) => new Set(all).size === all.length, "an address is there twice")
    .describe("virtual addresses that it serves; an empty list takes away what an earlier run brought"),
  directors: z
    .array(z.ipv4())
    .default([])
    .readonly()
    .describe("addresses of the directors; they must be in this host's network, because only the frame is readdressed"),
});

/**
 * Ordered so that no packet ever sees the address without the ARP settings. It refuses to bring the address to a host that
 * would answer ARP for it, which would take the address away from the director.
 */
const unit = {
  Unit: {
    Description: "Virtual address %i on lo, for requests that an LVS director hands over",
    DefaultDependencies: false,
    Conflicts: "shutdown.target",
    After: "systemd-sysctl.service",
    Before: "network.target shutdown.target",
  },
  Service: {
    Type: "oneshot",
    RemainAfterExit: true,
    ExecStartPre: `/bin/sh -c 'test "$$(cat /proc/sys/net/ipv4/conf/all/arp_ignore)" -ge 1'`,
    ExecStart: `/sbin/ip address replace %i/32 dev lo scope host label ${LABEL}`,
    ExecStop: "-/sbin/ip address delete %i/32 dev lo",
  },
  Install: { WantedBy: "multi-user.target" },
};

/** arp_ignore 1: answer only for addresses of the interface that was asked. arp_announce 2: never speak of the virtual address. */
const arpSettings = ["all", "lo"].flatMap((device) => [
  sysctl({ key: `net.ipv4.conf.${device}.arp_ignore`, value: 1 }),
  sysctl({ key: `net.ipv4.conf.${device}.arp_announce`, value: 2 }),
]);

/** A host that answers what a director hands over. */
export const lvsRealServer = defineRole({
  name: "lvsRealServer",
  summary:
    "A host behind an LVS director in direct-routing mode: the virtual address on `lo`, and silence about it on the network.",
  vars,
  facts: networkFacts,

  tasks: ({ vars: { addresses, directors }, facts, host }) => {
    // The ARP settings stay: without the address they mean nothing, and others may count on them.
    if (addresses.length === 0)
      return [loopbackAddresses({ addresses }), systemdUnit({ name: ADDRESS_UNIT, state: "absent" })];
    return [
      assert({
        that: !addresses.includes(host.address),
        message: `${host.address} is to be a virtual address, and is the host's own`,
        fix: "choose one that no host has",
      }),
      sameNetwork(facts, host.address, directors),
      arpSettings,
      systemdUnit({ name: ADDRESS_UNIT, content: unit }),
      loopbackAddresses({ addresses }),
    ];
  },
});
