import PQueue from "p-queue";

/** Does work for every item, at most `limit` at a time; a place is free again only when the work has really ended. Throws the first error, when all work has. */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = new PQueue({ concurrency: limit });
  const ends = await Promise.allSettled(items.map((item) => queue.add(() => work(item))));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
