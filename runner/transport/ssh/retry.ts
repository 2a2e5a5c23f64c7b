import { setTimeout as sleep } from "node:timers/promises";
import { UnreachableError } from "../../errors.ts";

/** How often a connection is tried again before it has logged in. */
export interface RetryOptions {
  /** For a server that drops connections before login, as sshd does beyond its MaxStartups. */
  readonly lost: number;
  /** For refused connections, time-outs and names that cannot be resolved just now. */
  readonly refused: number;
  /** The first pause in milliseconds; doubles up to 30 times itself, and is shortened at random by up to half. */
  readonly firstPauseMs: number;
}

export const defaultRetries: RetryOptions = { lost: 12, refused: 2, firstPauseMs: 250 };

/** Tries again what is safe and useful to try again; authentication and host keys never are. */
export const withRetries = async <T>(
  attempt: () => Promise<T>,
  options: RetryOptions,
  signal?: AbortSignal,
): Promise<T> => {
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (signal?.aborted || failures > allowed(error, options)) throw error;
      await sleep(pause(failures, options), undefined, signal ? { signal } : {});
    }
  }
};

const allowed = (error: unknown, { lost, refused }: RetryOptions): number => {
  if (!(error instanceof UnreachableError)) return 0;
  if (error.reason === "lost") return lost;
  const passing = error.reason === "refused" || (error.reason === "dns" && /EAI_AGAIN/.test(error.message));
  return passing ? refused : 0;
};

const pause = (failures: number, { firstPauseMs }: RetryOptions): number =>
  Math.min(30 * firstPauseMs, firstPauseMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
