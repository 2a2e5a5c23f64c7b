import type { Command } from "../define/command.ts";
import { succeeds } from "../define/condition.ts";
import { contentHash } from "../define/content.ts";
import type { CommandResult, Probe } from "../define/probe.ts";
import type { Effect, Step } from "../define/step.ts";
import {
  type Action,
  type ActionResult,
  type Answers,
  BundleLostError,
  type ChangingDriver,
} from "../engine/action.ts";
import { pendingMarkers } from "../engine/markers.ts";
import { showStep } from "../engine/show-step.ts";
import { fileHash } from "../probes/file-hash.ts";
import type { FakeControl } from "./fake-control.ts";

/**
 * A host in memory. It knows no shell: what probes answer is what a bare host would say, until steps lay their predicted
 * effects over it. So it is as honest as the effects are, which the same tests on real hosts prove.
 */
export class FakeDriver implements ChangingDriver {
  /** Every step taken, as a plan shows it. */
  readonly ran: string[] = [];
  readonly #answers = new Map<string, unknown>();
  readonly #outputs = new Map<string, CommandResult>();
  readonly #markers = new Set<string>();
  roundTrips = 0;
  /** A step whose text matches fails. */
  failOn: RegExp | undefined;
  /** The link breaks at the step whose text matches, before or after it happened. */
  loseLinkAt: { readonly step: RegExp; readonly happened: boolean } | undefined;
  reachable = true;
  /** Where files are brought to. */
  here: FakeControl | undefined;
  readonly #texts = new Map<string, string>();

  /** What a file of the host holds when it is fetched. */
  setFile(path: string, text: string): void {
    this.#texts.set(path, text);
  }

  /** Makes a probe answer this from now on. */
  set<T>(probe: Probe<T>, answer: NoInfer<T>): void {
    this.#answers.set(probe.key, answer);
  }

  /** Makes a command that only looks (`until`, `unless`) succeed or fail. */
  setCommand(command: Command, ok: boolean): void {
    this.set(succeeds(command.toString()), ok);
  }

  /** Makes the command of an output answer this. */
  setOutput(command: Command, stdout: string): void {
    this.#outputs.set(command.toString(), { stdout, stderr: "", exitCode: 0 });
  }

  async read(probes: readonly Probe<unknown>[]): Promise<Answers> {
    this.roundTrips++;
    return new Map(probes.map((probe) => [probe.key, this.#answer(probe)]));
  }

  async carry(actions: readonly Action[]): Promise<readonly ActionResult[]> {
    this.roundTrips++;
    const results: ActionResult[] = [];
    for (const action of actions) {
      const failed = results.length > 0 && results.at(-1)?.state !== "done";
      results.push(failed ? { state: "not-started" } : this.#act(action, results));
    }
    return results;
  }

  async capture(command: Command): Promise<CommandResult> {
    this.roundTrips++;
    this.ran.push(command.toString());
    return this.#outputs.get(command.toString()) ?? { stdout: "", stderr: "nobody taught this", exitCode: 127 };
  }

  async reconnect(): Promise<void> {
    if (!this.reachable) throw new Error("no route to host");
  }

  #answer(probe: Probe<unknown>): unknown {
    if (probe.key === pendingMarkers.key) return [...this.#markers];
    return this.#answers.has(probe.key) ? this.#answers.get(probe.key) : probe.kind.bare(probe.argument as never);
  }

  #act(action: Action, before: readonly ActionResult[]): ActionResult {
    if (action.kind === "read")
      return {
        state: "done",
        durationMs: 0,
        answers: new Map(action.probes.map((probe) => [probe.key, this.#answer(probe)])),
      };
    if (action.kind === "mark") this.#markers.add(action.marker);
    if (action.kind === "unmark") this.#markers.delete(action.marker);
    return action.kind === "step" ? this.#take(action.step, before) : { state: "done", durationMs: 0 };
  }

  #take(step: Step, before: readonly ActionResult[]): ActionResult {
    const text = showStep(step);
    if (this.failOn?.test(text))
      return { state: "failed", durationMs: 0, failure: { message: "exit code 1", command: text, exitCode: 1 } };
    const lost = this.loseLinkAt?.step.test(text) ? this.loseLinkAt : undefined;
    if (!lost || lost.happened) this.#happen(step, text);
    if (!lost) return { state: "done", durationMs: 0 };
    this.loseLinkAt = undefined;
    throw new BundleLostError("connection reset", before);
  }

  #happen(step: Step, text: string): void {
    this.ran.push(text);
    for (const effect of step.effects) this.#lay(effect);
    if (step.kind === "fetch") this.here?.files.set(String(step.to), this.#texts.get(step.path) ?? "");
    if (step.kind === "forget") this.here?.files.delete(step.path);
    // What another host or the control machine gave was not known when the effects were predicted.
    if (step.kind === "write") this.set(fileHash(step.path), contentHash(step.content));
  }

  #lay({ probe, answer }: Effect): void {
    this.#answers.set(probe.key, answer(this.#answer(probe)));
  }
}
