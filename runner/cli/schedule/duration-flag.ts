import { InputError } from "../../errors.ts";
import type { Flag } from "../flag.ts";

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads `90s`, `15m`, `1h`, `1d` as seconds, at least `lowest` of them. */
export const duration = (lowest: number): Pick<Flag, "read"> => ({
  read: (text, _, flag) => {
    const [, number = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
    const seconds = Number(number) * (SECONDS[unit as keyof typeof SECONDS] ?? Number.NaN);
    if (number !== "" && seconds >= lowest) return seconds;
    throw new InputError({
      code: "CLI005",
      message: `${flag} takes a time such as 90s, 15m or 1h${lowest > 0 ? `, at least ${lowest}s` : ""}, not ${JSON.stringify(text)}`,
    });
  },
});
