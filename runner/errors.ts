/** Process exit codes; docs/operating.md is the table for people. */
export const ExitCode = {
  done: 0,
  badInput: 1,
  changesFound: 2,
  taskFailed: 3,
  unreachable: 4,
  locked: 5,
  stalePlan: 6,
  interrupted: 130,
} as const;

/** A position in a file that a person wrote; `line` and `column` count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** `hosts.yaml:12:9`, as editors and terminals understand it. */
export const formatPlace = ({ file, line, column }: Place): string =>
  [file, line, column].filter((part) => part !== undefined).join(":");

/** What is wrong with something a person gave us: where, what, and how to mend it. */
export interface Problem {
  /** Stable name such as `INV005`; docs/errors.md explains each. */
  readonly code: string;
  readonly place?: Place | undefined;
  readonly message: string;
  readonly fix?: string | undefined;
}

export const formatProblem = ({ code, place, message, fix }: Problem): string =>
  `${place ? `${formatPlace(place)}: ` : ""}error ${code}: ${message}.${fix ? ` Fix: ${fix}.` : ""}`;

/** Every failure this tool reports on purpose. Anything else that is thrown is a bug and keeps its stack. */
export abstract class TsPlayError extends Error {
  abstract readonly exitCode: number;
  /** What the reader can do about it, one sentence without a full stop. */
  readonly fix: string | undefined;

  constructor(message: string, options: { fix?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.fix = options.fix;
  }
}

/** Bad flags, inventory, variables, playbook or template: found before any host is contacted. Lists all problems found. */
export class InputError extends TsPlayError {
  readonly exitCode = ExitCode.badInput;
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[], cause?: unknown) {
    const list = [problems].flat() as Problem[];
    super(list.map(formatProblem).join("\n"), { cause });
    this.problems = list;
  }
}

export type UnreachableReason = "dns" | "refused" | "timeout" | "auth" | "host_key" | "become" | "protocol" | "lost";

/** A host could not be used and nothing was changed on it by this attempt. */
export class UnreachableError extends TsPlayError {
  readonly exitCode = ExitCode.unreachable;
  readonly host: string;
  readonly reason: UnreachableReason;

  constructor(
    host: string,
    reason: UnreachableReason,
    message: string,
    options: { fix?: string; cause?: unknown } = {},
  ) {
    super(message, options);
    this.host = host;
    this.reason = reason;
  }
}

/** Another run holds the lock of a host. */
export class LockedError extends TsPlayError {
  readonly exitCode = ExitCode.locked;
}

/** A saved plan no longer describes the hosts. */
export class StalePlanError extends TsPlayError {
  readonly exitCode = ExitCode.stalePlan;
}
