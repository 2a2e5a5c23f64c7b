/** Waits for work only so long; what comes later is handed to `drop`. Throws what `giveUp` makes. */
export async function within<T>(
  ms: number,
  work: Promise<T>,
  giveUp: () => Error,
  drop: (late: T) => void = () => undefined,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      work.then(drop, () => undefined);
      reject(giveUp());
    }, ms);
  });
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}
