import { defineGate, type Gate, holdsAddress, unitState } from "ts-play";
import { holdersObjection } from "../../../roles/keepalived/holders.ts";

/** Exactly one host of the group holds the address, as the hosts themselves see it; a drill asks this too often to ask the network as well. */
export const oneHolder = (address: string): Gate =>
  defineGate({
    name: `one holder of ${address}`,
    probe: holdsAddress(address),
    objection: (seen) =>
      holdersObjection(
        address,
        seen.map(({ host, answer }) => ({ host, holds: answer })),
      ),
  });

/** The unit runs on every host of the group. */
export const unitRuns = (unit: string): Gate =>
  defineGate({
    name: `${unit} runs`,
    probe: unitState(unit),
    objection: (seen) => {
      const others = seen.filter(({ answer }) => answer?.active !== "active");
      return others.length
        ? others.map(({ host, answer }) => `${host.name}: ${answer?.active ?? "cannot be asked"}`).join(", ")
        : undefined;
    },
  });
