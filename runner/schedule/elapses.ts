/** Beside its delay and its deadline: an hour that a change of the clock can take, and a little for starting. */
const SLACK_SECONDS = 3600 + 300;

/** Moments that `systemd-analyze calendar --iterations` printed with TZ=UTC, ms. */
export function elapses(output: string): readonly number[] {
  const lines = output.matchAll(
    /^\s*(?:Next elapse|Iteration #\d+|Iter\. #\d+): \w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/gm,
  );
  return [...lines].map(([, day, time]) => Date.parse(`${day}T${time}Z`));
}

/** How old the last success may be before something is wrong: the longest pause, and all that may come on top. */
export function maxAgeSeconds(moments: readonly number[], delaySeconds: number, deadlineSeconds: number): number {
  const pauses = moments.slice(1).map((moment, at) => (moment - moments[at]!) / 1000);
  return Math.max(0, ...pauses) + delaySeconds + deadlineSeconds + SLACK_SECONDS;
}
