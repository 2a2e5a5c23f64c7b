import type { Flag, FlagGroup } from "../flag.ts";
import { collected, oneOf } from "../flag-values.ts";
import { duration } from "./duration-flag.ts";

export const KINDS = ["systemd", "crontab", "github-actions", "kubernetes-cronjob"] as const;

/** What `ts-play schedule install` is asked for. */
export interface InstallFlags {
  readonly at?: string;
  readonly delay?: number;
  readonly deadline?: number;
  readonly environmentFile?: readonly string[];
  readonly credential?: readonly string[];
  readonly prometheus?: string;
  readonly print?: (typeof KINDS)[number];
  readonly image?: string;
}

export const whenFlags: FlagGroup = {
  heading: "When:",
  flags: [
    {
      spelling: "--at <when>",
      help: "hourly, daily, weekly, monthly, 03:15, Mon-Fri 03:15, or as OnCalendar= of systemd or a crontab says it",
      otherwise: "daily",
    },
    {
      spelling: "--delay <time>",
      help: "starts up to so much later, by chance: 90s, 15m",
      otherwise: "15m",
      ...duration(0),
    },
    { spelling: "--deadline <time>", help: "is ended after: 30m, 1h", otherwise: "1h", ...duration(1) },
  ],
};

export const secretsFlags: FlagGroup = {
  heading: "Secrets, which are named and never copied:",
  flags: [
    {
      spelling: "--environment-file <file>",
      help: "NAME=value lines, such as TS_PLAY_WEBHOOK; repeatable",
      otherwise: "none",
      ...collected,
    },
    {
      spelling: "--credential <name=file>",
      help: "a file that the command names as credential:<name>, for --password-file and such; repeatable",
      otherwise: "none",
      ...collected,
    },
  ],
};

export const outputFlags: FlagGroup = {
  heading: "What is made:",
  flags: [
    { spelling: "--prometheus <file>", help: "metrics that say when it last happened, kept up to date" },
    { spelling: "--print <kind>", help: `only print it: ${KINDS.join(", ")}`, ...oneOf(...KINDS) },
    { spelling: "--image <name>", help: "the container image with the project, for kubernetes-cronjob" },
  ],
};

export const jsonFlag: Flag = { spelling: "--json", help: "for programs" };
