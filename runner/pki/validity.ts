import type { Validity } from "./x509.ts";

const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** From a little before now, for slow clocks, until so many days after it; X.509 knows whole seconds. */
export function validityFrom(
  now: Date,
  { lifetimeDays, backdateMinutes }: { readonly lifetimeDays: number; readonly backdateMinutes: number },
): Validity {
  const second = Math.floor(now.getTime() / 1000) * 1000;
  return {
    notBefore: new Date(second - backdateMinutes * MINUTE_MS),
    notAfter: new Date(second + lifetimeDays * DAY_MS),
  };
}
