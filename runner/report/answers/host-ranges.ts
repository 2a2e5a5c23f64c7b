const LEAST = 3;

interface Range {
  readonly before: string;
  readonly first: string;
  last: string;
  readonly after: string;
  readonly names: string[];
}

/** Names of hosts on one line, those that count upwards as one: `web[01-12], db1, db2`. */
export function hostRanges(hosts: readonly string[]): string {
  const ranges: Range[] = [];
  for (const host of hosts) {
    const [, before = host, digits = "", after = ""] = /^(.*?)(\d+)(\D*)$/.exec(host) ?? [];
    const open = ranges.at(-1);
    if (open && open.before === before && open.after === after && follows(open.last, digits)) {
      open.last = digits;
      open.names.push(host);
    } else ranges.push({ before, first: digits, last: digits, after, names: [host] });
  }
  return ranges.flatMap(shown).join(", ");
}

/** `09` is followed by `10`, `9` as well. */
const follows = (last: string, next: string): boolean =>
  next !== "" && last !== "" && String(Number(last) + 1).padStart(last.length, "0") === next;

const shown = ({ before, first, last, after, names }: Range): readonly string[] =>
  names.length < LEAST ? names : [`${before}[${first}-${last}]${after}`];
