import type { BatchSize } from "../define/playbook.ts";
import { InputError } from "../errors.ts";

/** A number of hosts out of `total`; a percentage is rounded down, but is never less than one. Throws InputError. */
export function countOf(size: BatchSize, total: number): number {
  const match = /^(\d+)(%?)$/.exec(String(size));
  if (!match)
    throw new InputError({ code: "PLY013", message: `"${size}" is not a number of hosts`, fix: 'write 2 or "25%"' });
  return match[2] ? Math.max(1, Math.floor((Number(match[1]) / 100) * total)) : Number(match[1]);
}

/** Splits hosts into batches; the last size repeats until no host is left. Throws InputError for a batch of nothing. */
export function batches<T>(hosts: readonly T[], sizes: readonly BatchSize[]): readonly (readonly T[])[] {
  const found: (readonly T[])[] = [];
  for (let at = 0, i = 0; at < hosts.length; i++) {
    const count = countOf(sizes[Math.min(i, sizes.length - 1)] ?? "100%", hosts.length);
    if (count === 0)
      throw new InputError({ code: "PLY013", message: "a batch of 0 hosts never ends", fix: "write 1 or more" });
    found.push(hosts.slice(at, at + count));
    at += count;
  }
  return found;
}

/** How many hosts may fail; a percentage is rounded down, to 0 as well. */
export function allowedFailures(size: BatchSize, total: number): number {
  const count = countOf(size, total);
  return String(size).endsWith("%") ? Math.floor((Number.parseInt(String(size), 10) / 100) * total) : count;
}
