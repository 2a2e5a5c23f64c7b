import type { DrillEvent, DrillPhase, DrillResult } from "./drill-event.ts";
import type { RunEvent } from "./event.ts";

type Of<Type extends DrillEvent["type"]> = Extract<DrillEvent, { type: Type }>;

/** A time without a success, as far as it is known; it may last still. */
interface Silence {
  readonly from: number;
  to: number | undefined;
}

/** One drill as it is known so far. Times are ms since the run's start. */
export class DrillView {
  readonly start: Of<"drill-start">;
  readonly phases: { readonly phase: DrillPhase; readonly at: number }[] = [];
  readonly silences: Silence[] = [];
  /** What each member was seen to hold, and since when; null: it could not be asked. */
  readonly seen = new Map<string, { readonly at: number; readonly holds: boolean | null }[]>();
  progress = { sent: 0, lost: 0, longestGapMs: 0 };
  victim: string | undefined;
  result: DrillResult | undefined;
  endedAt: number | undefined;

  constructor(start: Of<"drill-start">) {
    this.start = start;
    for (const member of start.members) this.seen.set(member, []);
  }

  advance(event: DrillEvent): void {
    if (event.type === "drill-phase") this.#enter(event);
    if (event.type === "drill-client") this.#hear(event);
    if (event.type === "drill-seen") this.seen.get(event.host)?.push(event);
    if (event.type === "drill-progress") this.progress = event;
    if (event.type === "drill-end") {
      this.result = event.result;
      this.endedAt = event.at;
    }
  }

  /** When a phase began, the last time; undefined when it never did. */
  began(phase: DrillPhase): number | undefined {
    return this.phases.findLast((one) => one.phase === phase)?.at;
  }

  #enter({ phase, at, victim }: Of<"drill-phase">): void {
    this.phases.push({ phase, at });
    this.victim = victim ?? this.victim;
  }

  #hear({ answers, since, at }: Of<"drill-client">): void {
    const last = this.silences.at(-1);
    if (!answers) this.silences.push({ from: since, to: undefined });
    else if (last) last.to = at;
  }
}

/** All drills of a run, as they are known so far. */
export class DrillState {
  readonly drills: DrillView[] = [];
  start: Extract<RunEvent, { type: "run-start" }> | undefined;
  end: Extract<RunEvent, { type: "run-end" }> | undefined;

  advance(event: RunEvent): void {
    if (event.type === "run-start") this.start = event;
    if (event.type === "run-end") this.end = event;
    if (event.type === "drill-start") this.drills.push(new DrillView(event));
    else if ("drill" in event) this.drills[event.drill]?.advance(event);
  }
}
