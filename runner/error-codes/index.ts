import { bundleCodes } from "./bundle.ts";
import { certificateCodes } from "./certificates.ts";
import type { ErrorCodes } from "./code.ts";
import { commandLineCodes } from "./command-line.ts";
import { drillCodes } from "./drill.ts";
import { inventoryCodes } from "./inventory.ts";
import { keyCodes } from "./keys.ts";
import { labCodes } from "./lab.ts";
import { playbookCodes } from "./playbook.ts";
import { recordCodes } from "./records.ts";
import { scheduleCodes } from "./schedules.ts";
import { valueCodes } from "./values.ts";

export type { ErrorCode } from "./code.ts";

/** Every code that ts-play reports, by topic; a test compares them with the codes in the sources. */
export const errorCodes: ErrorCodes = {
  ...commandLineCodes,
  ...inventoryCodes,
  ...valueCodes,
  ...playbookCodes,
  ...drillCodes,
  ...recordCodes,
  ...keyCodes,
  ...certificateCodes,
  ...labCodes,
  ...scheduleCodes,
  ...bundleCodes,
};
