import { z } from "zod";
import { runDocument } from "../../runner/report/document/run-document.ts";

/** The JSON Schema of the JSON report, for those who read it with programs; new fields do not make a report invalid. */
export const reportSchema = (): string => JSON.stringify(z.toJSONSchema(runDocument, { io: "input" }), undefined, 2);
