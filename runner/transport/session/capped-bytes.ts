/** Collects bytes, but keeps only the first and the last half of `capBytes`. */
export interface CappedBytes {
  add(chunk: Uint8Array): void;
  /** What was kept and how many bytes were dropped from the middle. */
  take(): { readonly bytes: Buffer; readonly droppedBytes: number };
}

export const cappedBytes = (capBytes: number): CappedBytes => {
  const headLimit = Math.ceil(capBytes / 2);
  const tailLimit = Math.floor(capBytes / 2);
  const head: Uint8Array[] = [];
  let headSize = 0;
  let tail: Uint8Array[] = [];
  let tailSize = 0;
  let dropped = 0;

  const trimTail = (): void => {
    const all = Buffer.concat(tail);
    const keep = all.subarray(Math.max(0, all.length - tailLimit));
    dropped += all.length - keep.length;
    tail = [Buffer.from(keep)];
    tailSize = keep.length;
  };

  return {
    add(chunk) {
      const room = Math.min(headLimit - headSize, chunk.length);
      if (room > 0) {
        head.push(Uint8Array.from(chunk.subarray(0, room)));
        headSize += room;
      }
      if (room === chunk.length) return;
      const more = chunk.subarray(room);
      tail.push(Uint8Array.from(more));
      tailSize += more.length;
      if (tailSize > 2 * tailLimit + 65_536) trimTail();
    },
    take() {
      trimTail();
      return { bytes: Buffer.concat([...head, ...tail]), droppedBytes: dropped };
    },
  };
};
