import { appendFile, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError } from "../errors.ts";
import { documentOf } from "../report/document/document-of.ts";
import type { RunDocument } from "../report/document/run-document.ts";
import { verdictOf } from "../report/document/verdict.ts";
import { readJournal } from "../report/journal.ts";
import { maskedUrl, requireWebhookUrl } from "../report/webhook/webhook-url.ts";
import type { RunFlags } from "./flags.ts";
import { replaceFile } from "./replace-file.ts";
import type { ReportFormat, ReportTarget } from "./report-target.ts";

export type PublishFlags = Pick<RunFlags, "report" | "webhook" | "webhookFormat" | "webhookWhen">;

/** Throws InputError, before anything is done, for reports that could not be written or posted afterwards. */
export async function requireTargets({ report, webhook }: PublishFlags): Promise<void> {
  if (webhook !== undefined) requireWebhookUrl(webhook);
  for (const { file } of report) if (file !== "-") await requireWritable(file);
}

/** Makes the reports of a run that has ended, from its journal. What fails is told and changes nothing else. */
export async function publishRun(journal: string, flags: PublishFlags): Promise<void> {
  if (flags.report.length === 0 && flags.webhook === undefined) return;
  const document = documentOf(readJournal(journal), journal);
  await publish(document, flags);
}

/** Writes and posts what the flags ask for. False when something of it failed; that has been told on standard error. */
export async function publish(document: RunDocument, flags: PublishFlags): Promise<boolean> {
  const results: boolean[] = [];
  for (const target of flags.report)
    results.push(await told(`the report ${nameOf(target)}`, () => write(document, target)));
  const { webhook } = flags;
  if (webhook !== undefined && isDue(document, flags))
    results.push(await told(`the webhook ${maskedUrl(webhook)}`, () => post(document, webhook, flags)));
  return results.every(Boolean);
}

const nameOf = ({ format, file }: ReportTarget): string => (file === "-" ? format : file);

async function told(what: string, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    process.stderr.write(`warning: ${what} failed: ${cause}. The run itself is not touched by this.\n`);
    return false;
  }
}

/** Each format's code is loaded when it is asked for. */
const MAKERS: Readonly<Record<ReportFormat, () => Promise<(document: RunDocument) => string>>> = {
  html: async () => (await import("../report/html/page.ts")).htmlReport,
  json: async () => (await import("../report/files/json-report.ts")).jsonReport,
  junit: async () => (await import("../report/files/junit.ts")).junitReport,
  prometheus: async () => (await import("../report/files/prometheus.ts")).prometheusReport,
  markdown: async () => (await import("../report/files/markdown.ts")).markdownReport,
  github: async () => (await import("../report/files/github.ts")).githubAnnotations,
};

async function write(document: RunDocument, { format, file }: ReportTarget): Promise<void> {
  const text = (await MAKERS[format]())(document);
  if (file === "-") process.stdout.write(text);
  else await replaceFile(file, text, await modeFor(file, format));
  const { GITHUB_STEP_SUMMARY: summary } = process.env;
  if (format === "github" && summary) await appendFile(summary, (await MAKERS.markdown())(document));
}

/** Diffs show what is in files, so a report is its owner's alone; but the collector of metrics is another user. */
const modeFor = (file: string, format: ReportFormat): Promise<number> =>
  stat(file).then(
    ({ mode }) => mode & 0o777,
    () => (format === "prometheus" ? 0o644 : 0o600),
  );

async function post(document: RunDocument, url: string, { webhookFormat }: PublishFlags): Promise<void> {
  const { webhookPayload } = await import("../report/webhook/payload.ts");
  const { postWebhook } = await import("../report/webhook/send.ts");
  const isSlack = new URL(url).hostname === "hooks.slack.com";
  const cause = await postWebhook(url, webhookPayload(document, webhookFormat ?? (isSlack ? "slack" : "generic")));
  if (cause !== undefined) throw new Error(cause);
}

const isDue = (document: RunDocument, { webhookWhen }: PublishFlags): boolean =>
  webhookWhen === "always" || document.run.exitCode !== 0 || verdictOf(document).tone === "bad";

async function requireWritable(file: string): Promise<void> {
  const folder = dirname(file);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) throw notWritable(file, "it is a folder");
  try {
    await mkdir(folder, { recursive: true });
    // Not `access`, which root always passes, also on a read-only file system.
    const probe = `${file}.${process.pid}.try`;
    await writeFile(probe, "", { flag: "wx" });
    await rm(probe);
  } catch (cause) {
    throw notWritable(file, (cause as NodeJS.ErrnoException).code ?? String(cause));
  }
}

const notWritable = (file: string, cause: string): InputError =>
  new InputError({
    code: "CLI012",
    place: { file },
    message: `the report cannot be written there: ${cause}`,
    fix: "give a path in a folder that you can write to",
  });
