import { type RoleCall, z } from "ts-play";
import type { Vars } from "./vars.ts";

const isCall = (given: unknown): boolean =>
  typeof given === "object" && given !== null && (given as Partial<RoleCall>).role === "keepalived";

/** The keepalived role with its variables, for roles that look at what it made. */
export const keepalivedCall = z
  .custom<RoleCall>(isCall, "what `keepalived({...})` returned is needed")
  .transform((call) => call.vars as Vars);
