import { z } from "ts-play";

export const name = z.string().regex(/^[\w.:-]+$/, "may hold letters, digits, `_`, `.`, `:` and `-`");
export const port = z.int().min(1).max(65535);
export const address = z.union([z.ipv4(), z.ipv6(), z.hostname()]);
export const duration = z
  .string()
  .regex(/^[1-9]\d*(?:ms|s|m|h|d)$/, "is not a duration, such as `500ms`, `30s`, `15m` or `1h`");
