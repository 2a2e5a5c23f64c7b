import { differencesOf, whatChanged } from "../document/differences.ts";
import { problemsOf } from "../document/problems.ts";
import type { RunDocument } from "../document/run-document.ts";
import { verdictOf } from "../document/verdict.ts";
import { hostNames } from "../host-names.ts";
import { sanitize } from "../sanitize.ts";

/** GitHub shows ten of each kind for a step; more would only be cut there. */
const MOST = 10;

/**
 * Workflow commands of GitHub Actions, a line each: an error for each failure, a warning for each task that a check
 * finds not as wanted, a notice with the verdict. They stand at the playbook's file, which is what a pull request shows.
 */
export function githubAnnotations(document: RunDocument): string {
  const { run } = document;
  const place = { file: run.playbook };
  const errors = problemsOf(document).map(({ task, failure, hosts }) =>
    annotation(
      "error",
      { ...place, title: `${hostNames(hosts)}: ${task ?? "the host"}` },
      [failure.message, failure.output ?? "", failure.fix === undefined ? "" : `Fix: ${failure.fix}`]
        .filter(Boolean)
        .join("\n"),
    ),
  );
  const drills = document.drills
    .filter(({ verdict }) => verdict !== "passed")
    .map(({ title, verdict, objections }) =>
      annotation("error", { ...place, title: `drill ${title}` }, [verdict, ...objections].join("\n")),
    );
  const differences = run.mode === "check" ? differencesOf(document) : [];
  const warnings = differences.map(({ task, hosts }) =>
    annotation(
      "warning",
      { ...place, title: `${hostNames(hosts)}: ${task.task}` },
      `not as wanted: ${whatChanged(task)}`,
    ),
  );
  const notice = annotation("notice", { ...place, title: "ts-play" }, verdictOf(document).text);
  return [...[...drills, ...errors].slice(0, MOST), ...warnings.slice(0, MOST), notice]
    .map((line) => `${line}\n`)
    .join("");
}

function annotation(kind: string, properties: Readonly<Record<string, string>>, text: string): string {
  const pairs = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(sanitize(value))}`);
  return `::${kind} ${pairs.join(",")}::${escapeData(sanitize(text))}`;
}

/** As the runner of GitHub Actions reads them back. */
const escapeData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const escapeProperty = (text: string): string => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
