import type { Script } from "../transport.ts";
import type { BundleEvents } from "./bundle.ts";

/** How long a session waits, in milliseconds. */
export interface SessionLimits {
  /** Between signs of life; the host ends everything when it heard nothing for about 60 s. */
  readonly heartbeatMs: number;
  /** After a script's own process ended, for those it left behind that hold its output open. */
  readonly leftoverMs: number;
  /** After a script's deadline, for the host to report that it was ended (the host itself gives it 5 s between TERM and KILL). */
  readonly killMs: number;
}

export const defaultLimits: SessionLimits = { heartbeatMs: 15_000, leftoverMs: 2_000, killMs: 30_000 };

type Watched = "onStart" | "onEnd" | "onExit";

/** Ends a script at its deadline, frees a stream that a leftover process holds open, and gives up when the host does not do either. */
export const watchdog = (
  scripts: readonly Script[],
  limits: SessionLimits,
  command: (line: string) => void,
  lose: (reason: string) => void,
): Pick<BundleEvents, Watched> & { stop(): void } => {
  let timer: NodeJS.Timeout | undefined;
  const after = (ms: number, action: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(action, Math.min(ms, 2 ** 31 - 1));
  };
  const orderOnce = (line: string): void => {
    command(line);
    after(limits.killMs, () => lose("the host's shell did not answer after a script's deadline"));
  };

  return {
    stop: () => clearTimeout(timer),
    onStart: (index) => after(scripts[index]!.timeoutMs, () => orderOnce(`k ${index}`)),
    onEnd: () => clearTimeout(timer),
    onExit: (index) => after(limits.leftoverMs, () => orderOnce(`u ${index} ${scripts.length}`)),
  };
};
