import { defineGate, type Gate, type Host } from "ts-play";
import { holdersObjection } from "../keepalived/holders.ts";
import { type AddressView, addressView } from "./address-view.ts";

interface Seen {
  readonly host: Host;
  readonly view: AddressView;
}

/**
 * Exactly one host of a group holds an address, and nobody but that one answers for it on the network. Real servers behind a director have it on `lo`,
 * which is no holding; with them in the group the gate can name the one that is not silent.
 */
export const holderGate = (address: string): Gate =>
  defineGate({
    name: `one holder of ${address}`,
    probe: addressView(address),
    objection: (seen) =>
      holdersObjection(
        address,
        seen.map(({ host, answer }) => ({ host, holds: answer?.held })),
      ) ??
      answerObjection(
        address,
        seen.map(({ host, answer }) => ({ host, view: answer! })),
      ),
  });

/** Asked of a group in which exactly one holds. */
function answerObjection(address: string, seen: readonly Seen[]): string | undefined {
  const holder = seen.find(({ view }) => view.held)!;
  const strangers = new Set(
    seen.flatMap(({ view }) => view.answers ?? []).filter((mac) => !holder.view.macs.includes(mac)),
  );
  const names = [...strangers].map((mac) => nameOf(mac, seen)).join(", ");
  if (names !== "") return `${names} answers for ${address}, and ${holder.host.name} holds it`;
  const deaf = seen.find((one) => one !== holder && one.view.answers?.length === 0);
  return deaf && `${holder.host.name} holds ${address}, and does not answer for it to ${deaf.host.name}`;
}

const nameOf = (mac: string, seen: readonly Seen[]): string => {
  const host = seen.find(({ view }) => view.macs.includes(mac))?.host;
  return host === undefined ? `a stranger (${mac})` : `${host.name} (${mac})`;
};
