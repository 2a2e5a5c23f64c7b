import { parseArgs } from "node:util";
import { defaultPeers } from "./folders.ts";

export const scenarioNames = [
  "no-op-1",
  "no-op-1-far",
  "no-op-10",
  "first-1",
  "first-10",
  "hosts-500",
  "start-up",
] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** What the benchmark is asked for on its command line. */
export interface Options {
  readonly only: readonly ScenarioName[];
  /** Names of contestants; ts-play always takes part. Empty: all that are installed. */
  readonly peers: readonly string[];
  readonly reps: number;
  /** Rounds in which the slow peers (minutes each) take part. */
  readonly slowReps: number;
  readonly program: string;
  readonly peersFolder: string;
  /** Keeps what earlier runs measured of other scenarios and contestants. */
  readonly keep: boolean;
  /** Leaves the lab running, for the next run. */
  readonly keepLab: boolean;
}

export const usage = `npm run bench -- [options]

  --only <names>         scenarios, with commas between: ${scenarioNames.join(", ")} (default: all)
  --peers <names>        contestants beside ts-play, with commas between (default: all that are installed)
  --reps <number>        rounds (default: 5)
  --slow-reps <number>   rounds in which peers that take minutes take part (default: 1)
  --program <file>       the ts-play that is measured (default: bin/ts-play.js)
  --peers-folder <path>  where the peers are installed (default: ${defaultPeers})
  --keep                 keep what earlier runs measured of other scenarios and contestants
  --keep-lab             leave the lab running, for the next run
`;

/** Reads the command line; throws an Error that says what is wrong. */
export function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: "string", default: scenarioNames.join(",") },
      peers: { type: "string", default: "" },
      reps: { type: "string", default: "5" },
      "slow-reps": { type: "string", default: "1" },
      program: { type: "string", default: "bin/ts-play.js" },
      "peers-folder": { type: "string", default: defaultPeers },
      keep: { type: "boolean", default: false },
      "keep-lab": { type: "boolean", default: false },
    },
  });
  return {
    only: list(values.only).map(scenarioName),
    peers: list(values.peers),
    reps: count("--reps", values.reps),
    slowReps: count("--slow-reps", values["slow-reps"]),
    program: values.program,
    peersFolder: values["peers-folder"],
    keep: values.keep,
    keepLab: values["keep-lab"],
  };
}

const list = (text: string): readonly string[] => text.split(",").filter(Boolean);

function scenarioName(given: string): ScenarioName {
  const found = scenarioNames.find((name) => name === given);
  if (found === undefined) throw new Error(`there is no scenario ${given}; there are ${scenarioNames.join(", ")}`);
  return found;
}

function count(flag: string, given: string): number {
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${flag} needs a whole number from 1, not ${given}`);
  return number;
}
