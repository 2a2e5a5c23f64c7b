import type { Command } from "./command.ts";
import { temporaryFile } from "./command.ts";
import type { Content } from "./content.ts";
import type { Footprint } from "./footprint.ts";
import type { Probe } from "./probe.ts";
import type { Ref } from "./ref.ts";
import type { Secret } from "./secret.ts";

/** One attribute that a step changes, for people: `mode 0644 -> 0600`. */
export interface Change {
  readonly attribute: string;
  readonly from: unknown;
  readonly to: unknown;
  /** Where the text of a file changes: what a unified diff is made of. */
  readonly text?: TextChange | undefined;
}

/** How the text of a file changes; an old one that is not known is asked for only when somebody wants to see a diff. */
export interface TextChange {
  readonly path: string;
  /** Undefined when there is no file yet. */
  readonly before: Probe<string | undefined> | string | undefined;
  readonly after: string;
  /** Not everybody on the host may read the old text: lines that go are not shown. */
  readonly isPrivate?: boolean | undefined;
}

/** What a probe will answer after the step: laid over the answers that later tasks of a plan read. */
export interface Effect {
  readonly probe: Probe<unknown>;
  readonly answer: (before: unknown) => unknown;
}

interface Common {
  /** What changes, attribute by attribute. */
  readonly changes: readonly Change[];
  readonly effects: readonly Effect[];
  /** What may be different afterwards; probes that look at it are asked again. */
  readonly touches: readonly Footprint[];
}

export interface RunStep extends Common {
  readonly kind: "run";
  readonly command: Command;
  readonly stdin: Content | undefined;
  readonly env: Readonly<Record<string, string | Secret | Ref<string>>>;
  /** Of tasks that follow each other in one bundle and want a step of an equal key the last takes it for all (one `systemctl daemon-reload` for five units). */
  readonly once: string | undefined;
  /** Steps of one key that follow each other become one step (one transaction for five packages). */
  readonly merge: Merge | undefined;
}

/** How steps of one kind are done together: the items of all of them, and the command that does them all. Standard input and environment must be equal: they are those of the last. */
export interface Merge {
  readonly key: string;
  readonly items: readonly unknown[];
  command(items: readonly unknown[]): Command;
}

export interface WriteStep extends Common {
  readonly kind: "write";
  readonly path: string;
  readonly content: Content;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** Run on the finished temporary file; when it fails, the old file stays. */
  readonly validate: Command | undefined;
  /** Keeps the old file as `<path>.<UTC time>.bak`. */
  readonly backup: boolean;
  /** Of edits of an equal key that follow each other in one bundle the last is written: it was worked out on what those before it would leave. */
  readonly once: string | undefined;
}

export interface RemoveStep extends Common {
  readonly kind: "remove";
  readonly path: string;
  readonly recursive: boolean;
}

/** Waits on the host until a read-only command succeeds. */
export interface WaitStep extends Common {
  readonly kind: "wait";
  readonly until: Command;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** Restarts the host and goes on when it is back under a new boot id. */
export interface RebootStep extends Common {
  readonly kind: "reboot";
  readonly timeoutMs: number;
}

/** Brings a file of the host to the control machine, for its owner alone (0600): the whole file under its name, or none. */
export interface FetchStep extends Common {
  readonly kind: "fetch";
  readonly path: string;
  /** A path of the control machine; a file that is there already is replaced. */
  readonly to: string | Ref<string>;
}

/** Removes a file of the control machine. */
export interface ForgetStep extends Common {
  readonly kind: "forget";
  readonly path: string;
}

/** A step that a script on the host takes. */
export type ScriptedStep = RunStep | WriteStep | RemoveStep | WaitStep;

/** One change of a host, or of what the control machine keeps for it, as data. */
export type Step = ScriptedStep | RebootStep | FetchStep | ForgetStep;

export const isScripted = (step: Step): step is ScriptedStep => !["reboot", "fetch", "forget"].includes(step.kind);

/** False when all that is done is to wait: then nothing on the host is different afterwards. */
export const alters = (steps: readonly Step[]): boolean => steps.some(({ kind }) => kind !== "wait");

interface Account {
  readonly changes?: readonly Change[];
  readonly effects?: readonly Effect[];
  readonly touches?: readonly Footprint[];
}

const account = ({ changes = [], effects = [], touches = ["everything"] }: Account): Common => ({
  changes,
  effects,
  touches,
});

/** Runs a command. Without `touches` it may have changed everything. */
export const run = (
  command: Command,
  options: Account & Partial<Pick<RunStep, "stdin" | "env" | "once" | "merge">> = {},
): RunStep => ({
  kind: "run",
  command,
  stdin: options.stdin,
  env: options.env ?? {},
  once: options.once,
  merge: options.merge,
  ...account(options),
});

/** Replaces a file as a whole: temporary file in the same folder, owner and mode, fsync, rename, fsync of the folder. */
export const write = (
  file: Pick<WriteStep, "path" | "content" | "mode" | "owner" | "group"> &
    Account & {
      readonly validate?: ((file: typeof temporaryFile) => Command) | undefined;
      readonly backup?: boolean | undefined;
      readonly once?: string | undefined;
    },
): WriteStep => ({
  kind: "write",
  path: file.path,
  content: file.content,
  mode: file.mode,
  owner: file.owner,
  group: file.group,
  validate: file.validate?.(temporaryFile),
  backup: file.backup ?? false,
  once: file.once,
  ...account({ touches: [`path:${file.path as `/${string}`}`], ...file }),
});

/** Removes a file, or with `recursive` a folder and all below it. */
export const remove = (path: string, options: Account & { readonly recursive?: boolean } = {}): RemoveStep => ({
  kind: "remove",
  path,
  recursive: options.recursive ?? false,
  ...account({ touches: [`tree:${path as `/${string}`}`], ...options }),
});

/** Waits until a read-only command succeeds on the host. */
export const wait = (
  until: Command,
  options: Account & { readonly intervalMs?: number; readonly timeoutMs: number },
): WaitStep => ({
  kind: "wait",
  until,
  intervalMs: options.intervalMs ?? 1000,
  timeoutMs: options.timeoutMs,
  ...account({ touches: [], ...options }),
});

/** Restarts the host. */
export const reboot = (options: Account & { readonly timeoutMs: number }): RebootStep => ({
  kind: "reboot",
  timeoutMs: options.timeoutMs,
  ...account(options),
});

/** Brings a file of the host to the control machine. */
export const fetchFile = ({
  path,
  to,
  ...options
}: Pick<FetchStep, "path" | "to"> & Pick<Account, "changes">): FetchStep => ({
  kind: "fetch",
  path,
  to,
  ...account({ touches: [], ...options }),
});

/** Removes a file of the control machine. */
export const forgetFile = (path: string, options: Pick<Account, "changes"> = {}): ForgetStep => ({
  kind: "forget",
  path,
  ...account({ touches: [], ...options }),
});

/** One attribute that changes; `text` where it is the text of a file. */
export const change = (attribute: string, from: unknown, to: unknown, text?: TextChange): Change => ({
  attribute,
  from,
  to,
  text,
});

/** What a probe will answer afterwards: a value, or a function of the answer before. */
export const predict = <T>(probe: Probe<T>, answer: NoInfer<T> | ((before: T) => NoInfer<T>)): Effect => ({
  probe,
  answer: typeof answer === "function" ? (answer as (before: unknown) => unknown) : () => answer,
});
