import { z } from "zod";
import type { Command, temporaryFile } from "../define/command.ts";

/** The arguments of every operation that writes a file as a whole. */
export const safeWriteArguments = {
  validate: z
    .custom<(file: typeof temporaryFile) => Command>(
      (given) => typeof given === "function",
      "a function from the temporary file to a command is needed",
    )
    .optional()
    .describe("a command that checks the finished temporary file; when it fails, the old file stays"),
  backup: z.boolean().default(false).describe("keep the old file as `<path>.<UTC time>.bak`"),
};
