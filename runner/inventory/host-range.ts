const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** What is wrong with a range such as `web[9:1]`; INV011, or INV017 when it would give too many hosts. */
export class HostRangeError extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}

/**
 * The host names that a name with Ansible's ranges stands for: `web[01:10]`, `db[a:f]`, `n[0:20:5]`, several in one name.
 * Throws HostRangeError. Source: "Adding ranges of hosts" in Ansible's inventory guide.
 */
export function expandRange(pattern: string, maxHosts: number): string[] {
  const open = pattern.indexOf("[");
  if (open < 0) return [pattern];
  const close = pattern.indexOf("]", open);
  if (close < 0) throw new HostRangeError("the bracket is never closed", "write a range as [1:10]");
  const values = rangeValues(pattern.slice(open + 1, close), maxHosts);
  const tails = expandRange(pattern.slice(close + 1), maxHosts);
  if (values.length * tails.length > maxHosts) throw tooMany(values.length * tails.length, maxHosts);
  return values.flatMap((value) => tails.map((tail) => pattern.slice(0, open) + value + tail));
}

function rangeValues(range: string, maxHosts: number): string[] {
  const [from, to, stepText = "1", ...more] = range.split(":");
  const step = Number(stepText);
  if (from === undefined || !to || more.length > 0 || !/^0*[1-9]\d*$/.test(stepText)) {
    throw new HostRangeError(`[${range}] is not a range`, "write [from:to] or [from:to:step]");
  }
  const start = from || "0";
  if (/^\d+$/.test(start) && /^\d+$/.test(to)) return numbers(start, to, step, maxHosts);
  if (/^[a-zA-Z]$/.test(start) && /^[a-zA-Z]$/.test(to)) return letters(start, to, step);
  throw new HostRangeError(`[${range}] is neither numbers nor single letters`, "write [1:10] or [a:f]");
}

function numbers(start: string, end: string, step: number, maxHosts: number): string[] {
  const [first, last] = [Number(start), Number(end)];
  const padded = start.length > 1 && start.startsWith("0");
  if (padded && start.length !== end.length) {
    throw new HostRangeError(
      `[${start}:${end}] has ends of different width`,
      `write the end as ${end.padStart(start.length, "0")}`,
    );
  }
  if (first > last) throw reversed(start, end);
  const count = Math.floor((last - first) / step) + 1;
  if (count > maxHosts) throw tooMany(count, maxHosts);
  return Array.from({ length: count }, (_, index) =>
    String(first + index * step).padStart(padded ? start.length : 0, "0"),
  );
}

function letters(start: string, end: string, step: number): string[] {
  const [first, last] = [LETTERS.indexOf(start), LETTERS.indexOf(end)];
  if (first > last) throw reversed(start, end);
  return [...LETTERS.slice(first, last + 1)].filter((_, index) => index % step === 0);
}

const reversed = (start: string, end: string) =>
  new HostRangeError(`[${start}:${end}] runs backwards`, `write [${end}:${start}]`);

const tooMany = (count: number, maxHosts: number) =>
  new HostRangeError(
    `the range gives ${count} hosts, more than the limit hosts = ${maxHosts}`,
    "make the range smaller",
  );
