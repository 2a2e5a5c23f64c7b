import { ExitCode, TsPlayError } from "../errors.ts";

/** The lab itself failed: a command of the machine, a boot, a kernel feature that is missing. */
export class LabError extends TsPlayError {
  readonly exitCode = ExitCode.taskFailed;
}
