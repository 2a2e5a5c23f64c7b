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
  /** For what the host's shell does by itself: take a bundle in, go from one script to the next. */
  readonly silenceMs: number;
}

export const defaultLimits: SessionLimits = {
  heartbeatMs: 15_000,
  leftoverMs: 2_000,
  killMs: 30_000,
  silenceMs: 300_000,
};

type Watched = "onStart" | "onEnd" | "onExit";

/** Every moment of a bundle has a deadline. Ends a script at its own, frees a stream that a leftover process holds open, and gives up when the host does not do either. */
export const watchdog = (
  scripts: readonly Script[],
  limits: SessionLimits,
  command: (line: string) => void,
  lose: (reason: string) => void,
): Pick<BundleEvents, Watched> & { onSent(): void; stop(): void } => {
  let begun = false;
  let timer: NodeJS.Timeout | undefined;
  const after = (ms: number, action: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(action, Math.min(ms, 2 ** 31 - 1));
  };
  const orderOnce = (line: string): void => {
    command(line);
    after(limits.killMs, () => lose("the host's shell did not answer after a script's deadline"));
  };

  // A process of the shell may be killed alone, by the kernel when memory is short: then nothing more is heard, and the link lives.
  const expectMore = (): void => after(limits.silenceMs, () => lose("the host's shell fell silent"));

  return {
    stop: () => clearTimeout(timer),
    onSent: () => {
      if (!begun) expectMore();
    },
    onStart: (index) => {
      begun = true;
      after(scripts[index]!.timeoutMs, () => orderOnce(`k ${index}`));
    },
    onEnd: expectMore,
    onExit: (index) => after(limits.leftoverMs, () => orderOnce(`u ${index} ${scripts.length}`)),
  };
};
