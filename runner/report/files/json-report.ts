import type { RunDocument } from "../document/run-document.ts";

/** The document as JSON, as `docs/report.schema.json` describes it. */
export const jsonReport = (document: RunDocument): string => `${JSON.stringify(document, undefined, 1)}\n`;
