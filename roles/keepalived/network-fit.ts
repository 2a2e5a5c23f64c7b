import { assert, type NetworkInterface, type Task } from "ts-play";
import type { Local } from "./config.ts";
import { type Instance, routerIdOf } from "./instance.ts";
import { hasNetwork, isInNetwork } from "./networks.ts";
import type { Member, Vars } from "./vars.ts";

interface Misfit {
  readonly message: string;
  readonly fix: string;
}

/** Refusals, before anything is changed, where the host's own network cannot carry what is wanted; nothing where all fits. */
export const networkFit = (
  vars: Vars,
  self: Member,
  local: Local,
  interfaces: readonly NetworkInterface[],
): readonly Task[] =>
  [
    ...sharedIds(vars.instances, local),
    ...vars.instances.flatMap((instance) => misfitsOf(instance, self, local.deviceOf(instance), interfaces)),
  ].map((misfit) => assert({ that: false, ...misfit }));

/** One instance names the interface that another has by default. */
function sharedIds(instances: readonly Instance[], local: Local): readonly Misfit[] {
  const keys = instances.map((one) => `router id ${routerIdOf(one)} on ${local.deviceOf(one)}`);
  const twins = new Set(keys.filter((key, at) => keys.indexOf(key) < at));
  return [...twins].map((key) => ({ message: `two instances have the same ${key}`, fix: "set another routerId" }));
}

function misfitsOf(
  { addresses, name }: Instance,
  self: Member,
  device: string,
  interfaces: readonly NetworkInterface[],
): readonly Misfit[] {
  // A host without `ip` tells of none.
  if (interfaces.length === 0) return [];
  const carrier = interfaces.find((one) => one.name === device);
  if (carrier === undefined)
    return [
      {
        message: `${name}: there is no interface ${device}`,
        fix: `name one of ${interfaces.map((one) => one.name).join(", ")}`,
      },
    ];
  return [
    ...(carrier.addresses.some(({ address }) => address === self.address)
      ? []
      : [
          {
            message: `${name}: ${device} does not have the member's address ${self.address}`,
            fix: "name the interface that has it, or another address",
          },
        ]),
    ...addresses.flatMap((address) => addressMisfits(address, carrier, interfaces)),
  ];
}

function addressMisfits(
  address: string,
  carrier: NetworkInterface,
  all: readonly NetworkInterface[],
): readonly Misfit[] {
  const owner = all.find((one) => one.addresses.some((own) => own.address === address && hasNetwork(own)));
  if (owner !== undefined)
    return [
      {
        message: `${address} is an address of this host (${owner.name}) and cannot float`,
        fix: "choose an address that nobody uses",
      },
    ];
  if (isInNetwork(address, carrier.addresses)) return [];
  return [
    {
      message: `${address} is in no network of ${carrier.name}, so nobody would find it there`,
      fix: "choose an address of its network, or another interface",
    },
  ];
}
