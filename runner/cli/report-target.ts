import { InputError } from "../errors.ts";
import type { Flag } from "./flag.ts";

const FORMATS = ["html", "json", "junit", "prometheus", "markdown", "github"] as const;

export type ReportFormat = (typeof FORMATS)[number];
export type WebhookWhen = "always" | "trouble";

/** A report that is wanted of a run, and where; `-` is standard output. */
export interface ReportTarget {
  readonly format: ReportFormat;
  readonly file: string;
}

/** How `--report` reads `html=run.html`, `github`. */
export const reportTargets: Pick<Flag, "read" | "repeatable"> = {
  repeatable: true,
  read: (text, before, flag) => [...((before as readonly ReportTarget[] | undefined) ?? []), targetOf(text, flag)],
};

function targetOf(text: string, flag: string): ReportTarget {
  const [, name, file = ""] = /^([^=]*)=?(.*)$/s.exec(text) ?? [];
  const format = FORMATS.find((one) => one === name);
  if (format === "github" && file === "") return { format, file: "-" };
  if (format !== undefined && format !== "github" && file !== "") return { format, file };
  const wanted = FORMATS.map((one) => (one === "github" ? one : `${one}=<file>`)).join(", ");
  throw new InputError({ code: "CLI005", message: `${flag} takes ${wanted}, not ${JSON.stringify(text)}` });
}
