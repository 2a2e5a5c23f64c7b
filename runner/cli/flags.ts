import { InputError } from "../errors.ts";
import { everything, type Selection } from "../plan/select.ts";
import type { WebhookFormat } from "../report/webhook/payload.ts";
import type { ReportTarget, WebhookWhen } from "./report-target.ts";
import { noVaultFlags, type VaultFlags } from "./vault/vault-flags.ts";

/** What `run`, `plan` and `apply` are asked for on the command line. */
export interface RunFlags extends VaultFlags {
  readonly inventory: readonly string[];
  readonly extraVars: readonly string[];
  readonly check: boolean;
  readonly diff: boolean;
  readonly limit: string | undefined;
  readonly role: readonly string[];
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly only: readonly string[];
  readonly startAt: string | undefined;
  readonly forks: number;
  readonly listHosts: boolean;
  readonly listTasks: boolean;
  readonly resume: boolean;
  readonly output: "lines" | "tree" | "json" | undefined;
  readonly verbose: number;
  readonly user: string | undefined;
  readonly privateKey: string | undefined;
  readonly become: boolean | undefined;
  readonly askBecomePass: boolean;
  readonly becomePasswordFile: string | undefined;
  readonly askPass: boolean;
  readonly passwordFile: string | undefined;
  readonly knownHosts: string | undefined;
  readonly connection: "ssh" | "local" | undefined;
  /** Seconds until a connection attempt is given up. */
  readonly timeout: number;
  /** Compile the playbook's types before a run, when its files have changed. */
  readonly typeCheck: boolean;
  /** `plan`: end with 2 when something would change. */
  readonly exitCode: boolean;
  /** `plan`: save the plan here. */
  readonly out: string | undefined;
  /** What is made of the run when it has ended. */
  readonly report: readonly ReportTarget[];
  readonly webhook: string | undefined;
  readonly webhookFormat: WebhookFormat | undefined;
  readonly webhookWhen: WebhookWhen;
}

export const defaultFlags: RunFlags = {
  ...noVaultFlags,
  inventory: [],
  extraVars: [],
  check: false,
  diff: false,
  limit: undefined,
  role: [],
  tags: [],
  skipTags: [],
  only: [],
  startAt: undefined,
  forks: 50,
  listHosts: false,
  listTasks: false,
  resume: false,
  output: undefined,
  verbose: 0,
  user: undefined,
  privateKey: undefined,
  become: undefined,
  askBecomePass: false,
  becomePasswordFile: undefined,
  askPass: false,
  passwordFile: undefined,
  knownHosts: undefined,
  connection: undefined,
  timeout: 10,
  typeCheck: true,
  exitCode: false,
  out: undefined,
  report: [],
  webhook: undefined,
  webhookFormat: undefined,
  webhookWhen: "always",
};

/** The tasks that the flags choose. */
export const selectionOf = ({ tags, skipTags, only, startAt }: RunFlags): Selection => ({
  ...everything,
  tags,
  skipTags,
  only,
  startAt,
});

const exclusive: readonly (readonly [keyof RunFlags, keyof RunFlags, string])[] = [
  ["check", "resume", "--check looks at everything, --resume leaves out what is done"],
  ["askPass", "passwordFile", "both give the login password"],
  ["askBecomePass", "becomePasswordFile", "both give the sudo password"],
  ["listHosts", "listTasks", "ask for one list at a time"],
];

/** Throws InputError for flags that contradict each other. */
export function refuseContradictions(flags: RunFlags): void {
  for (const [one, other, why] of exclusive) {
    if (flags[one] && flags[other]) {
      throw new InputError({
        code: "CLI006",
        message: `--${kebab(one)} and --${kebab(other)} cannot be combined: ${why}`,
        fix: "leave one of them out",
      });
    }
  }
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
