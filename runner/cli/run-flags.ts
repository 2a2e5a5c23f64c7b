import { accessFlags } from "./access-flags.ts";
import type { Flag, FlagGroup } from "./flag.ts";
import { collected, counted, names, oneOf } from "./flag-values.ts";
import { reportTargets } from "./report-target.ts";
import { vaultFlags } from "./vault/vault-flags.ts";

export const inventoryFlags: FlagGroup = {
  heading: "Inventory:",
  flags: [
    {
      spelling: "-i, --inventory <file>",
      help: 'hosts.yaml, or names with a comma: "web1,web2,"; repeatable',
      env: "TS_PLAY_INVENTORY",
      ...collected,
    },
    {
      spelling: "-e, --extra-vars <value>",
      help: "key=value, @file or JSON; wins over the inventory; repeatable",
      otherwise: "none",
      ...collected,
    },
  ],
};

/** What a run does instead of, or beside, changing hosts. */
export const actionFlags: FlagGroup = {
  heading: "What is done:",
  flags: [
    { spelling: "-C, --check", help: "change nothing, say what would change" },
    { spelling: "--resume", help: "leave out what the last run of this playbook finished" },
    { spelling: "--list-hosts", help: "list the hosts of each play; no host is contacted" },
    { spelling: "--list-tasks", help: "list the tasks of each play; no host is contacted" },
  ],
};

export const planFlags: FlagGroup = {
  heading: "The plan:",
  flags: [
    { spelling: "-o, --out <file>", help: "save the plan, for `ts-play apply <file>`" },
    { spelling: "--exit-code", help: "end with 2 when something would change" },
  ],
};

export const output = {
  spelling: "--output <format>",
  help: "lines, tree or json",
  otherwise: "tree on a terminal, else lines",
  env: "TS_PLAY_OUTPUT",
  ...oneOf("lines", "tree", "json"),
};

export const verbose = { spelling: "-v, --verbose", help: "say more; repeat for more: -vv, -vvv", ...counted };

/** Where a run, or the report of an earlier one, is told of. */
const webhookFlags: readonly Flag[] = [
  {
    spelling: "--webhook <url>",
    help: "post it there; what goes wrong is told and changes no exit code",
    env: "TS_PLAY_WEBHOOK",
  },
  {
    spelling: "--webhook-format <format>",
    help: "generic or slack",
    otherwise: "slack for hooks.slack.com, else generic",
    ...oneOf("generic", "slack"),
  },
  {
    spelling: "--webhook-when <when>",
    help: "always, or trouble: not when all is in sync or well",
    otherwise: "always",
    ...oneOf("always", "trouble"),
  },
];

/** What is made of a run when it has ended. */
export const outcomeFlags: FlagGroup = {
  heading: "What is made of it:",
  flags: [
    {
      spelling: "--report <kind=file>",
      help: "html=, json=, junit=, prometheus= or markdown= and a file (- is standard output), or github; repeatable",
      otherwise: "none",
      ...reportTargets,
    },
    ...webhookFlags,
  ],
};

/** `ts-play report`: what is made of an earlier run. */
export const reportFlags: FlagGroup = {
  heading: "What is made of it:",
  flags: [
    { spelling: "--list", help: "the runs that are recorded here, newest first" },
    { spelling: "--html <file>", help: "one page that opens without a network" },
    { spelling: "--json <file>", help: "everything, as docs/report.schema.json describes it" },
    { spelling: "--junit <file>", help: "JUnit XML, a suite for each host" },
    { spelling: "--prometheus <file>", help: "metrics for the textfile collector of node_exporter" },
    { spelling: "--markdown <file>", help: "a summary for a pull request or a chat" },
    { spelling: "--github", help: "annotations of GitHub Actions, and its summary of the job" },
    ...webhookFlags,
  ],
};

export const shownFlags: FlagGroup = { heading: "What is shown:", flags: [verbose, output] };

/** What every command takes that runs a playbook. */
export const runFlags: readonly FlagGroup[] = [
  inventoryFlags,
  {
    heading: "Which hosts and tasks:",
    flags: [
      { spelling: "-l, --limit <pattern>", help: "only these hosts: web:!web3, @retry", otherwise: "all" },
      { spelling: "-r, --role <roles>", help: "only these roles: haproxy,keepalived", otherwise: "all", ...names },
      { spelling: "-t, --tags <tags>", help: "only tasks with one of these tags", otherwise: "all", ...names },
      { spelling: "--skip-tags <tags>", help: "no tasks with one of these tags", otherwise: "none", ...names },
      {
        spelling: "--only <task>",
        help: "only this task, as --list-tasks prints it; repeatable",
        otherwise: "all",
        ...collected,
      },
      { spelling: "--start-at <task>", help: "leave out the tasks before this one", otherwise: "the first" },
    ],
  },
  accessFlags,
  vaultFlags,
  {
    heading: "What is shown:",
    flags: [
      { spelling: "-D, --diff", help: "show what changes in files, line by line" },
      verbose,
      output,
      { spelling: "--no-type-check", help: "do not compile the playbook's types when its files have changed" },
    ],
  },
];

export const hostsFlags: FlagGroup = {
  heading: "What is shown:",
  flags: [
    { spelling: "--graph", help: "the tree of groups and hosts (this is also shown without a flag)" },
    { spelling: "--host <host>", help: "one host's values and where each was written" },
    {
      spelling: "--json",
      help: "everything, in the form of `ansible-inventory --list`; with --host, that host's values",
    },
    { spelling: "--schema <playbook>", help: "the JSON Schema of what a playbook needs, for editors" },
    { spelling: "-p, --playbook <file>", help: "mask also what this playbook's contract marks as secret" },
  ],
};

export const labFlags: FlagGroup = {
  heading: "The lab:",
  flags: [
    { spelling: "--hosts <names>", help: "names of the hosts", otherwise: "lb1,lb2,lb3", ...names },
    {
      spelling: "--uml <names>",
      help: "hosts with kernels of their own (user-mode Linux), for kernel modules, IPVS and real reboots",
      ...names,
    },
    { spelling: "--inventory-file <file>", help: "where the inventory is written", otherwise: "inventory/lab.yaml" },
  ],
};

/** The variables that stand for flags; an empty one counts as unset. */
export const flagVariables: readonly string[] = [...runFlags, outcomeFlags]
  .flatMap(({ flags }) => flags)
  .flatMap(({ env }) => (env === undefined ? [] : [env]));
