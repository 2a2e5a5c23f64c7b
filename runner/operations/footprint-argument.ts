import { z } from "zod";
import type { Footprint } from "../define/footprint.ts";

const FOOTPRINT =
  /^(?:everything|packages|units|hostname|network|(?:path|tree):\/[^\0\n]*|(?:unit|user|group|sysctl|module):[^\0\n]+)$/;

/** What a command can change. */
export const footprint = z.custom<Footprint>(
  (given) => typeof given === "string" && FOOTPRINT.test(given),
  'a footprint is "everything", "packages", "units", "hostname", "network", `path:/...`, `tree:/...`, `unit:...`, `user:...`, `group:...`, `sysctl:...` or `module:...`',
);
