import { formatClock } from "./duration.ts";
import type { Mode } from "./event.ts";
import type { LiveLine } from "./live-area.ts";
import type { Paint } from "./paint.ts";
import type { PhaseView } from "./phase-list.ts";
import type { PlayTally } from "./play-tally.ts";

const MAX_WAITING = 3;

/** `Load balancers  7/12 hosts · 3 changed · 1 failed · 00:41`; `now` in ms since the start of the run. */
export function phaseTitle(play: PlayTally, mode: Mode, now: number): string {
  const changed = mode === "check" ? "would change" : "changed";
  const parts = [
    `${play.done}/${play.size} host${play.size === 1 ? "" : "s"}`,
    ...(play.changed.size > 0 ? [`${play.changed.size} ${changed}`] : []),
    ...(play.failed.size > 0 ? [`${play.failed.size} failed`] : []),
    formatClock(now - (play.startedAt ?? now)),
  ];
  return `${play.title}  ${parts.join(" · ")}`;
}

/** The line of a phase that stays when it has ended. */
export function phaseResult(play: PlayTally, mode: Mode, paint: Paint): string {
  if (play.startedAt === undefined) return paint("quiet", `- ${play.title}  not started`);
  const ended = play.endedAt;
  const title = phaseTitle(play, mode, ended ?? play.startedAt);
  if (ended === undefined) return `${paint("unsure", "!")} ${title} · broken off`;
  return `${play.failed.size > 0 ? paint("bad", "✖") : paint("good", "✔")} ${title}`;
}

/** The live area: the phase that runs, what its hosts do, and what comes next. */
export function screenLines(phases: readonly PhaseView[]): LiveLine[] {
  const waiting = phases.filter(({ running }) => !running);
  const left = waiting.length - MAX_WAITING;
  return [
    ...phases.filter(({ running }) => running).flatMap(runningLines),
    ...waiting.slice(0, MAX_WAITING).map(({ icon, title }): LiveLine => ({ text: `${icon} ${title}`, tone: "quiet" })),
    ...(left > 0 ? [{ text: `  and ${left} more`, tone: "quiet" } as const] : []),
  ];
}

const runningLines = ({ icon, title, output }: PhaseView): LiveLine[] => [
  { text: `${icon} ${title}`, tone: "heading" },
  ...output
    .split("\n")
    .filter((line) => line !== "")
    .map((line): LiveLine => ({ text: `    ${line}`, tone: "quiet" })),
];
