import type { FlagGroup } from "./flag.ts";
import { wholeNumber } from "./flag-values.ts";
import { runFlags } from "./run-flags.ts";

const MAX_WAIT_S = 86_400;

/** `ts-play drift`: what becomes of what is found. */
export const driftFlags: FlagGroup = {
  heading: "What is done:",
  flags: [
    { spelling: "--save", help: "keep what is found, so that later checks say since when" },
    { spelling: "--repair", help: "do what the check has reported, and nothing else, after asking" },
    { spelling: "--yes", help: "repair without asking" },
    {
      spelling: "--wait <seconds>",
      help: "wait so long for a run that is at work on a host; else, and after it, such a host is unknown",
      otherwise: "0",
      ...wholeNumber(0, MAX_WAIT_S),
    },
  ],
};

/** A drift check shows diffs anyway. */
export const driftRunFlags: readonly FlagGroup[] = runFlags.map(({ heading, flags }) => ({
  heading,
  flags: flags.filter(({ spelling }) => spelling !== "-D, --diff"),
}));
