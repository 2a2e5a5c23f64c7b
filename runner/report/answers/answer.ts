import type { Failure } from "../event.ts";

/** What one host said to a command; texts as the host gave them. */
export interface Answer {
  readonly host: string;
  /** `ok`: exit code 0. `unknown`: the link was lost while it ran. `skipped`: not begun, because of an interruption. */
  readonly state: "ok" | "failed" | "unreachable" | "unknown" | "skipped";
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes that were cut out of the middle of the two, because there were too many. */
  readonly droppedBytes: number;
  readonly failure?: Failure | undefined;
  readonly durationMs: number;
}

/** An answer that several hosts gave. */
export interface AnswerGroup {
  readonly answer: Answer;
  readonly hosts: readonly string[];
}

/** Puts hosts together that said and did the same, those that went well first, otherwise in the order of the answers. */
export function groupAnswers(answers: readonly Answer[]): readonly AnswerGroup[] {
  const groups = new Map<string, { answer: Answer; hosts: string[] }>();
  for (const answer of answers) {
    const key = keyOf(answer);
    const known = groups.get(key);
    if (known) known.hosts.push(answer.host);
    else groups.set(key, { answer, hosts: [answer.host] });
  }
  return [...groups.values()].toSorted((one, other) => badness(one) - badness(other));
}

const keyOf = ({ state, exitCode, stdout, stderr, droppedBytes, failure }: Answer): string =>
  JSON.stringify([state, exitCode, stdout, stderr, droppedBytes, failure?.message, failure?.fix]);

const badness = ({ answer }: AnswerGroup): number => Number(answer.state !== "ok");
