import type { HostState, Mode, TaskState } from "./event.ts";
import type { Tone } from "./paint.ts";

/** How a state reads: bad ones are loud without colour too. */
export function stateWord(state: TaskState | HostState, mode: Mode): string {
  if (state === "changed" && mode === "check") return "would change";
  return state === "failed" || state === "unreachable" || state === "unknown" ? state.toUpperCase() : state;
}

/** Width of the column in which state words stand. */
export const wordWidth = (mode: Mode): number => (mode === "check" ? 12 : 7);

export const STATE_TONES: Record<TaskState | HostState, Tone> = {
  ok: "good",
  done: "good",
  changed: "changed",
  failed: "bad",
  unreachable: "bad",
  unknown: "unsure",
  skipped: "quiet",
};

/** `1 host`, `2 hosts`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
