import { differencesOf, whatChanged } from "../document/differences.ts";
import { problemsOf } from "../document/problems.ts";
import type { RunDocument } from "../document/run-document.ts";
import { type Tone, verdictOf } from "../document/verdict.ts";
import { hostNames } from "../host-names.ts";

export type WebhookFormat = "generic" | "slack";

/** Receivers refuse large messages; the reports have everything. */
const MOST = 20;

/** What is posted of a run, as JSON text. */
export const webhookPayload = (document: RunDocument, format: WebhookFormat): string =>
  JSON.stringify(format === "slack" ? slackMessage(document) : genericMessage(document));

function genericMessage(document: RunDocument): object {
  const problems = problemsOf(document);
  const differences = differencesOf(document);
  return {
    format: "ts-play-webhook",
    v: 1,
    verdict: verdictOf(document),
    run: document.run,
    totals: document.totals,
    problems: problems.slice(0, MOST),
    differences: differences
      .slice(0, MOST)
      .map(({ role, task, hosts }) => ({ role, task: task.task, hosts, what: whatChanged(task) })),
    drift: document.drift && { ...document.drift, checks: undefined, findings: document.drift.findings.slice(0, MOST) },
    leftOut: Math.max(0, problems.length - MOST) + Math.max(0, differences.length - MOST),
  };
}

const SIGNS: Record<Tone, string> = {
  good: ":white_check_mark:",
  changed: ":large_yellow_circle:",
  bad: ":x:",
};
/** Slack refuses a block with more than 3000 characters. */
const MOST_CHARACTERS = 2900;

/** A message with blocks, and `text` for notifications and for chats that know no blocks. */
function slackMessage(document: RunDocument): object {
  const { run } = document;
  const { tone, text } = verdictOf(document);
  const heading = `${SIGNS[tone]} *${mrkdwn(run.playbook)}*: ${mrkdwn(text)}`;
  const problems = problemsOf(document).map(
    ({ state, task, failure, hosts }) =>
      `*${state}* ${mrkdwn(hostNames(hosts))}${task === undefined ? "" : ` \`${mrkdwn(task)}\``}: ${mrkdwn(failure.message)}${failure.fix === undefined ? "" : `\n_Fix:_ ${mrkdwn(failure.fix)}`}`,
  );
  const differences = differencesOf(document).map(
    ({ task, hosts }) => `${mrkdwn(hostNames(hosts))} \`${mrkdwn(task.task)}\`: ${mrkdwn(whatChanged(task))}`,
  );
  const parts = [heading, listOf(problems), listOf(differences), `run ${run.id}, exit code ${run.exitCode ?? "none"}`];
  const blocks = parts.filter(Boolean).map((part) => ({ type: "section", text: { type: "mrkdwn", text: part } }));
  return { text: heading, blocks };
}

function listOf(lines: readonly string[]): string {
  let text = "";
  for (const [at, line] of lines.slice(0, MOST).entries()) {
    if (text.length + line.length > MOST_CHARACTERS - 40) return `${text}... and ${lines.length - at} more`;
    text += `${line}\n`;
  }
  return lines.length > MOST ? `${text}... and ${lines.length - MOST} more` : text.trimEnd();
}

/** Slack's three reserved characters. */
const mrkdwn = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .slice(0, MOST_CHARACTERS / 2);
