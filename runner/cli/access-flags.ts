import type { FlagGroup } from "./flag.ts";
import { collected, oneOf, wholeNumber } from "./flag-values.ts";
import { defaultFlags } from "./flags.ts";
import { vaultFlags } from "./vault/vault-flags.ts";

const MAX_FORKS = 10_000;
const MAX_TIMEOUT_S = 3600;

const loginPassword = [
  { spelling: "-k, --ask-pass", help: "ask for the login password" },
  {
    spelling: "--password-file <file>",
    help: "read the login password from a file of mode 0600",
    env: "TS_PLAY_PASSWORD_FILE",
  },
];

const becomePassword = [
  { spelling: "-K, --ask-become-pass", help: "ask for the sudo password" },
  {
    spelling: "--become-password-file <file>",
    help: "read the sudo password from a file of mode 0600",
    env: "TS_PLAY_BECOME_PASSWORD_FILE",
  },
];

export const accessFlags: FlagGroup = {
  heading: "How hosts are reached:",
  flags: [
    {
      spelling: "-f, --forks <number>",
      help: "hosts at once",
      otherwise: String(defaultFlags.forks),
      env: "TS_PLAY_FORKS",
      ...wholeNumber(1, MAX_FORKS),
    },
    { spelling: "-u, --user <name>", help: "log in as", env: "TS_PLAY_USER" },
    { spelling: "--private-key <file>", help: "log in with", env: "TS_PLAY_PRIVATE_KEY" },
    ...loginPassword,
    { spelling: "-b, --become", help: "become root (or ansible_become_user) on the host" },
    ...becomePassword,
    {
      spelling: "--known-hosts <file>",
      help: "host keys",
      otherwise: "~/.ssh/known_hosts",
      env: "TS_PLAY_KNOWN_HOSTS",
    },
    { spelling: "-c, --connection <kind>", help: "how to reach all hosts: ssh or local", ...oneOf("ssh", "local") },
    {
      spelling: "-T, --timeout <seconds>",
      help: "give a connection up after",
      otherwise: String(defaultFlags.timeout),
      env: "TS_PLAY_TIMEOUT",
      ...wholeNumber(1, MAX_TIMEOUT_S),
    },
  ],
};

/** What a saved plan does not hold, so that it must be given again. */
export const secretFlags: FlagGroup = {
  heading: "Secrets, which a plan does not hold:",
  flags: [
    {
      spelling: "-e, --extra-vars <value>",
      help: "@file, key=value or JSON; repeatable",
      otherwise: "none",
      ...collected,
    },
    ...loginPassword,
    ...becomePassword,
    ...vaultFlags.flags,
  ],
};
