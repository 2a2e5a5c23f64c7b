import { z } from "zod";
import { type Content, isContent } from "../define/content.ts";
import { writtenFile } from "./written-file.ts";

/** Keeps a file with this content, mode and owner; replaced as a whole, never half written. */
export const file = writtenFile({
  name: "file",
  summary: "A file with this content, mode and owner; replaced as a whole, never half written.",
  example: `file({ path: "/etc/motd", content: "Kept by ts-play.\\n" })`,
  content: z
    .custom<Content>(isContent, "text, bytes, a secret, localFile(...) or an output of another host is needed")
    .describe(
      "text, bytes, a secret, `localFile(...)`, or an output of another host (written only where there is no file yet)",
    ),
});
