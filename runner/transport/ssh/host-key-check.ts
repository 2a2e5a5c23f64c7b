/**
 * Wraps a decision for ssh2's `hostVerifier`, which accepts a host unless it gets a synchronous, strict `false`.
 * Only a strict `true` is a yes; everything else, a throw or a promise too, is a no. ssh2 asks again at every rekey: the first key is pinned.
 */
export const strictVerifier = (decide: (key: Buffer) => unknown): ((key: Buffer) => boolean) => {
  let pinned: Buffer | undefined;
  return (key) => {
    if (pinned) return pinned.equals(key);
    if (!saysTrue(decide, key)) return false;
    pinned = Buffer.from(key);
    return true;
  };
};

const saysTrue = (decide: (key: Buffer) => unknown, key: Buffer): boolean => {
  try {
    return decide(key) === true;
  } catch {
    return false;
  }
};
