import { setMaxListeners } from "node:events";

/** Turns SIGINT, SIGTERM and SIGHUP into an AbortSignal; the second one ends the process at once. */
export function interruptSignal(tell: (line: string) => void): {
  readonly signal: AbortSignal;
  readonly release: () => void;
} {
  const controller = new AbortController();
  // Every connection that is being made listens; Node would warn of a leak from the eleventh on.
  setMaxListeners(0, controller.signal);
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
