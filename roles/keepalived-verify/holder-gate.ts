import { defineGate, type Gate } from "ts-play";
import { type AddressView, addressView } from "./address-view.ts";

interface Seen {
  readonly name: string;
  readonly view: AddressView;
}

/** Exactly one host of a group holds an address, and the others reach that one by it. */
export const holderGate = (address: string): Gate =>
  defineGate({
    name: `one holder of ${address}`,
    probe: addressView(address),
    objection: (seen) => {
      const silent = seen.filter(({ answer }) => answer === undefined).map(({ host }) => host.name);
      if (silent.length > 0) return `${silent.join(", ")} could not be asked`;
      return objectionTo(
        address,
        seen.map(({ host, answer }) => ({ name: host.name, view: answer! })),
      );
    },
  });

function objectionTo(address: string, seen: readonly Seen[]): string | undefined {
  const holders = seen.filter(({ view }) => view.held);
  const [holder] = holders;
  if (holder === undefined) return `nobody holds ${address}`;
  if (holders.length > 1) return `${holders.map(({ name }) => name).join(" and ")} hold ${address} at the same time`;
  const misled = seen.filter(({ view }) => !view.held && view.answers?.some((mac) => mac !== holder.view.mac));
  if (misled.length === 0) return undefined;
  const [{ name, view }] = misled as [Seen];
  return `${name} is answered for ${address} by ${view.answers?.join(", ")}, and ${holder.name}, which holds it, is ${holder.view.mac}`;
}
