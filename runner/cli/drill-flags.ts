import type { FlagGroup } from "./flag.ts";
import { collected, wholeNumber } from "./flag-values.ts";
import { inventoryFlags, outcomeFlags, output, runFlags, verbose } from "./run-flags.ts";

const MAX_GAP_MS = 3_600_000;

/** What `drill` takes. */
export const drillFlags: readonly FlagGroup[] = [
  {
    heading: "The drill:",
    flags: [
      {
        spelling: "-a, --arg <name=value>",
        help: "a threshold or duration of the drill, as --list-args names it; repeatable",
        ...collected,
      },
      {
        spelling: "--max-gap-ms <ms>",
        help: "the longest time without an answer; short for -a maxGapMs=<ms>",
        ...wholeNumber(0, MAX_GAP_MS),
      },
      { spelling: "--victim <host>", help: "break this host", otherwise: "the drill's own choice" },
      { spelling: "--list-args", help: "what can be told the drill; no host is contacted" },
      { spelling: "--markdown <file>", help: "write a report of all drills" },
    ],
  },
  outcomeFlags,
  inventoryFlags,
  ...runFlags.filter(({ heading }) => heading === "How hosts are reached:"),
  {
    heading: "What is shown:",
    flags: [
      verbose,
      output,
      { spelling: "--no-type-check", help: "do not compile the drill's types when its files have changed" },
    ],
  },
];
