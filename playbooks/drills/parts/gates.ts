import { defineGate, type Gate, holdsAddress, unitState } from "ts-play";

/** Exactly one host of the group holds the address. */
export const oneHolder = (address: string): Gate =>
  defineGate({
    name: `one holder of ${address}`,
    probe: holdsAddress(address),
    objection: (seen) => {
      const silent = seen.filter(({ answer }) => answer === undefined).map(({ host }) => host.name);
      if (silent.length) return `${silent.join(", ")} cannot be asked`;
      const holders = seen.filter(({ answer }) => answer).map(({ host }) => host.name);
      return holders.length === 1 ? undefined : `held by ${holders.join(" and ") || "none"}`;
    },
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
