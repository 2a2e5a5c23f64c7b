import type { Command } from "./command.ts";
import type { Footprint } from "./footprint.ts";

/** What a command said. Text is UTF-8; bytes that are not valid UTF-8 show as U+FFFD. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** One read-only question to a host, as a value. Equal questions have equal keys and are asked once. */
export interface Probe<out T> {
  readonly kind: ProbeKind<never, T>;
  readonly argument: unknown;
  readonly key: string;
}

export type Probes = Readonly<Record<string, Probe<unknown>>>;
export type Answer<P> = P extends Probe<infer T> ? T : never;
export type Answers<P extends Probes> = { readonly [K in keyof P]: Answer<P[K]> };

/** A kind of question: how to ask for many arguments in one process, how to read the answers, what the answer depends on. */
export interface ProbeKind<A, out T> {
  (argument: A): Probe<T>;
  readonly kindName: string;
  readonly summary: string;
  /** One command for all these arguments. */
  command(args: readonly A[]): Command;
  /** One answer for each argument, in order. Throws when the output makes no sense. */
  parse(result: CommandResult, args: readonly A[]): readonly T[];
  /** True: one process answers many arguments. */
  readonly vector: boolean;
  looksAt(argument: A): readonly Footprint[];
  /** The answer of a host that has nothing installed yet: "not there" is an answer. */
  bare(argument: A): T;
  /** Longest time the question may take, ms. */
  readonly timeoutMs: number;
}

interface Common<A, T> {
  readonly name: string;
  readonly summary: string;
  /** What the answer depends on; after a change that meets it the probe is asked again. Default: everything. */
  readonly looksAt?: (argument: A) => readonly Footprint[];
  /** The answer of a host that has nothing installed yet. */
  readonly bare: (argument: A) => T;
  /** One spelling for arguments that mean the same, so that they are one question (`nginx` is `nginx.service`). */
  readonly normalise?: (argument: A) => A;
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** Defines a question about one thing. */
export function defineProbe<A, T>(
  definition: Common<A, T> & {
    readonly command: (argument: A) => Command;
    readonly parse: (result: CommandResult, argument: A) => T;
  },
): ProbeKind<A, T> {
  const { command, parse } = definition;
  return makeKind(
    definition,
    false,
    ([argument]) => command(argument!),
    (result, [argument]) => [parse(result, argument!)],
  );
}

/** Defines a question that one process answers for many things at once (`stat`, `sha256sum`, `systemctl show`). */
export function defineVectorProbe<A, T>(
  definition: Common<A, T> & {
    readonly command: (args: readonly A[]) => Command;
    readonly parse: (result: CommandResult, args: readonly A[]) => readonly T[];
  },
): ProbeKind<A, T> {
  return makeKind(definition, true, definition.command, definition.parse);
}

function makeKind<A, T>(
  { name, summary, looksAt, bare, normalise = (argument) => argument, timeoutMs }: Common<A, T>,
  vector: boolean,
  command: ProbeKind<A, T>["command"],
  parse: ProbeKind<A, T>["parse"],
): ProbeKind<A, T> {
  const kind: ProbeKind<A, T> = Object.assign(
    (given: A): Probe<T> => {
      const argument = normalise(given);
      return Object.freeze({ kind, argument, key: `${name} ${JSON.stringify(argument) ?? ""}` });
    },
    {
      kindName: name,
      summary,
      command,
      parse,
      vector,
      looksAt: looksAt ?? (() => ["everything"] as const),
      bare,
      timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
    },
  );
  return kind;
}
