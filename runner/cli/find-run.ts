import { existsSync } from "node:fs";
import { InputError } from "../errors.ts";
import { latestRun, recordedRuns } from "../report/journal.ts";

/** The journal of the run that is meant: `latest`, an id or how it begins, or a path. Throws InputError when there is none, or several. */
export function findRun(directory: string, wanted: string): string {
  if (wanted.endsWith(".ndjson") && existsSync(wanted)) return wanted;
  if (wanted === "latest") return latestRun(directory) ?? notFound(`no run is recorded in ${directory}`);
  const runs = recordedRuns(directory);
  const exact = runs.filter(({ id }) => id === wanted);
  const found = exact.length > 0 ? exact : runs.filter(({ id }) => id.startsWith(wanted));
  if (found.length > 1) return notFound(`${found.length} runs begin with "${wanted}"`);
  return found[0]?.file ?? notFound(`no run "${wanted}" is recorded in ${directory}`);
}

function notFound(message: string): never {
  throw new InputError({ code: "JRN002", message, fix: "choose one of: ts-play report --list" });
}
