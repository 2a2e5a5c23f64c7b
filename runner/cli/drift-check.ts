import { ExitCode } from "../errors.ts";
import type { RunDocument } from "../report/document/run-document.ts";
import { driftOf } from "../report/drift/drift-of.ts";
import { checkEntry, foldHistory, type Scope } from "../report/drift/history.ts";
import { appendHistory, readHistory } from "../report/drift/history-file.ts";
import type { Redactor } from "../report/redact.ts";
import type { DriftFlags } from "./drift-command.ts";
import { Listener } from "./drift-report.ts";
import { withHistoryLock } from "./history-lock.ts";
import type { Conclusion, RunHooks } from "./run-command.ts";
import { PlanCollector, type PlannedTask } from "./saved-plan.ts";

/** One check for drift: looks at every host, judges what it found by the history, and keeps it there when that is wanted. */
export class DriftCheckRun {
  readonly listener = new Listener();
  readonly hooks: RunHooks;
  /** Set when the check has come to its end. */
  document: RunDocument | undefined;
  readonly #collector = new PlanCollector();
  readonly #flags: DriftFlags;
  readonly #file: string;

  constructor(flags: DriftFlags, file: string) {
    this.#flags = flags;
    this.#file = file;
    this.hooks = {
      survey: true,
      waitMs: (flags.wait ?? 0) * 1000,
      planned: this.#collector.hear,
      conclude: (exitCode, redactor) => this.#conclude(exitCode, redactor),
    };
  }

  /** What the tasks that differ would do. */
  get tasks(): readonly PlannedTask[] {
    return this.#collector.tasks;
  }

  /** A check that was interrupted has not looked at everything: it says nothing of drift, and is not kept. */
  async #conclude(found: number, redactor: Redactor): Promise<Conclusion> {
    if (found === ExitCode.interrupted) return { exitCode: found };
    const document = masked(this.listener.document(), redactor);
    // Another check may have ended while this one was looking: both are judged by what was kept last.
    return this.#flags.save
      ? withHistoryLock(this.#file, () => this.#judge(document, found))
      : this.#judge(document, found);
  }

  async #judge(document: RunDocument, found: number): Promise<Conclusion> {
    const { save = false } = this.#flags;
    const history = foldHistory(readHistory(this.#file));
    const draft = checkEntry(document, found, history, scopeOf(this.#flags));
    const exitCode = found === ExitCode.done && draft.findings > 0 ? ExitCode.changesFound : found;
    const entry = { ...draft, exitCode };
    if (save) await appendHistory(this.#file, entry);
    const drift = driftOf(document, entry, history, save);
    this.document = { ...document, drift };
    return { exitCode, event: { type: "drift", at: 0, drift } };
  }
}

const masked = (document: RunDocument, redactor: Redactor): RunDocument =>
  JSON.parse(redactor.redact(JSON.stringify(document))) as RunDocument;

const scopeOf = ({ limit, role, tags, skipTags, only, startAt }: DriftFlags): Scope => ({
  whole: startAt === undefined && [role, tags, skipTags, only].every(({ length }) => length === 0),
  everyHost: limit === undefined,
});
