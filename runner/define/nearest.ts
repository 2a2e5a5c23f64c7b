/** The candidate that a person most likely meant by `word`, or undefined when none is near enough. */
export function nearest(word: string, candidates: Iterable<string>, farthest = tolerance(word)): string | undefined {
  let best: string | undefined;
  let bestDistance = farthest + 1;
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** A message with a likely correction: `no such thing "webz" (did you mean "web"?)`, and the fix that follows from it. */
export function corrected(
  message: string,
  meant: string | undefined,
  otherwise: string,
): { message: string; fix: string } {
  return meant === undefined
    ? { message, fix: otherwise }
    : { message: `${message} (did you mean "${meant}"?)`, fix: `write "${meant}"` };
}

function tolerance(word: string): number {
  return word.length <= 3 ? 1 : Math.min(3, Math.ceil(word.length / 4));
}

/** Letters to insert, drop, change or swap with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const change = last[column - 1]! + (same ? 0 : 1);
      const swap = swapped ? beforeLast[column - 2]! + 1 : Number.POSITIVE_INFINITY;
      current[column] = Math.min(last[column]! + 1, current[column - 1]! + 1, change, swap);
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length]!;
}
