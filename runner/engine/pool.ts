import PQueue from "p-queue";

/** Does work for every item, at most `limit` at a time; a place is free again only when the work has really ended. */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = new PQueue({ concurrency: limit });
  await Promise.all(items.map((item) => queue.add(() => work(item))));
}
