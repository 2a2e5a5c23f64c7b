/** Turns SIGINT, SIGTERM and SIGHUP into an AbortSignal; the second one ends the process at once. */
export function interruptSignal(tell: (line: string) => void): {
  readonly signal: AbortSignal;
  readonly release: () => void;
} {
  const controller = new AbortController();
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    tell("interrupted: what is running ends, nothing new starts (once more: leave at once)");
    controller.abort();
  };
  for (const name of names) process.on(name, onSignal);
  const release = () => {
    for (const name of names) process.off(name, onSignal);
  };
  return { signal: controller.signal, release };
}
