import { type RoleCall, z } from "ts-play";
import type { HaproxyVars } from "./vars.ts";

const isCall = (given: unknown): boolean =>
  typeof given === "object" && given !== null && (given as Partial<RoleCall>).role === "haproxy";

/** The haproxy role with its variables, for roles that look at what it made. */
export const haproxyCall = z
  .custom<RoleCall>(isCall, "what `haproxy({...})` returned is needed")
  .transform((call) => call.vars as HaproxyVars);
