import { formatDuration } from "../duration.ts";
import { failureCause } from "../failure-text.ts";
import type { Paint } from "../paint.ts";
import { oneLine, sanitize } from "../sanitize.ts";
import { count, STATE_TONES, stateWord } from "../words.ts";
import { type Answer, type AnswerGroup, groupAnswers } from "./answer.ts";
import { hostRanges } from "./host-ranges.ts";

/** All answers, equal ones once. What hosts said is indented, so that it can never pass for a line of ours. */
export const answersText = (answers: readonly Answer[], paint: Paint): readonly string[] =>
  groupAnswers(answers).flatMap((group) => [...groupLines(group, paint), ""]);

/** `12 hosts: 10 ok, 1 failed, 1 unreachable, in 1.2s` */
export function answersSummary(answers: readonly Answer[], tookMs: number, paint: Paint): string {
  const states = (["ok", "failed", "unreachable", "unknown", "skipped"] as const)
    .map((state) => [state, answers.filter((answer) => answer.state === state).length] as const)
    .filter(([, number]) => number > 0)
    .map(([state, number]) => `${number} ${state}`);
  const good = answers.every(({ state }) => state === "ok");
  const text = `${count(answers.length, "host")}: ${states.join(", ")}, in ${formatDuration(tookMs)}`;
  return paint(good ? "good" : "bad", text);
}

/** How one host ended, when it did not end well: `FAILED web3: exit code 2`. Nothing for one that did. */
export function troubleLines(answer: Answer, hosts: string, paint: Paint): readonly string[] {
  const { state, failure } = answer;
  if (state === "ok") return [];
  const cause = failure === undefined ? "" : `: ${failureCause(failure)}`;
  const heading = `${paint(STATE_TONES[state], stateWord(state, "exec"))} ${hosts}${cause}`;
  return failure?.fix === undefined ? [heading] : [heading, `  fix: ${oneLine(failure.fix)}`];
}

function groupLines({ answer, hosts }: AnswerGroup, paint: Paint): readonly string[] {
  const names = hosts.length === 1 ? hosts[0]! : `${hostRanges(hosts)} (${count(hosts.length, "host")})`;
  const { stdout, stderr, droppedBytes } = answer;
  return [
    ...(answer.state === "ok" ? [paint("heading", names)] : troubleLines(answer, names, paint)),
    ...indented(stdout, "  "),
    ...(stderr.trim() === "" ? [] : [paint("quiet", "  stderr:"), ...indented(stderr, "    ")]),
    ...(droppedBytes > 0 ? [paint("unsure", `  ${droppedBytes} bytes of its middle were left out`)] : []),
  ];
}

const indented = (text: string, by: string): readonly string[] =>
  text.trim() === ""
    ? []
    : sanitize(text)
        .replace(/\n+$/, "")
        .split("\n")
        .map((line) => (line === "" ? "" : `${by}${line}`));
