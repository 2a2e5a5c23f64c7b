import type { When } from "./schedule.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const WORDS: Readonly<Record<string, string>> = {
  hourly: "0 * * * *",
  daily: "0 0 * * *",
  weekly: "0 0 * * 1",
  monthly: "0 0 1 * *",
};
const TIME = /^(?:(?<days>[A-Za-z]{3}(?:(?:,|-|\.\.)[A-Za-z]{3})*) )?(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)$/;
const FIELD = /^(?:\*|\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)(?:\/\d+)?$/;

/** Reads `daily`, `03:15`, `Mon-Fri 03:15`, five fields of a crontab, or else takes it for an expression of systemd. */
export function readWhen(text: string): When {
  const word = WORDS[text];
  if (word !== undefined) return { text, calendar: text, cron: word };
  const time = TIME.exec(text)?.groups;
  const days = time?.days === undefined ? [] : daysOf(time.days);
  if (time && days !== undefined) return { text, ...atTime(Number(time.hour), Number(time.minute), days) };
  const fields = text.trim().split(/\s+/);
  if (fields.length === 5 && fields.every((field) => FIELD.test(field))) return { text, cron: fields.join(" ") };
  return { text, calendar: text };
}

function atTime(hour: number, minute: number, days: readonly number[]): Omit<When, "text"> {
  const clock = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}:00`;
  const names = days.map((day) => DAYS[day]).join(",");
  return {
    calendar: `${names === "" ? "" : `${names} `}*-*-* ${clock}`,
    cron: `${minute} ${hour} * * ${days.length === 0 ? "*" : days.join(",")}`,
  };
}

/** Numbers of weekdays; undefined for a word that is none. */
function daysOf(text: string): readonly number[] | undefined {
  const ranges = text.split(",").map((part) => part.split(/-|\.\./).map((day) => DAYS.indexOf(capitalised(day))));
  const days = ranges.flatMap(([from = -1, to = from]) => daysFrom(from, to));
  return ranges.flat().includes(-1) || ranges.some(({ length }) => length > 2) ? undefined : days;
}

const daysFrom = (from: number, to: number): readonly number[] =>
  Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, step) => (from + step) % 7);

const capitalised = (day: string): string => day.slice(0, 1).toUpperCase() + day.slice(1).toLowerCase();
