import { Command } from "../define/command.ts";
import type { ControlMachine } from "../define/control-machine.ts";
import { LocalFile } from "../define/local-file.ts";
import type { Output } from "../define/output.ts";
import { quote } from "../define/quote.ts";
import { Ref, type RefSource } from "../define/ref.ts";
import { Secret } from "../define/secret.ts";
import type { RunStep, Step, WriteStep } from "../define/step.ts";

/** Asks a host for an output. Throws when the host cannot be asked. */
export type AskOutput = (output: Output<unknown>, host: string) => Promise<unknown>;

/** Values that hosts publish to each other: each is asked for once a run, by the first that needs it, and again only when that failed. */
export class RefBoard {
  readonly #ask: AskOutput;
  readonly #here: ControlMachine;
  readonly #answers = new Map<Output<unknown>, Map<string, Promise<unknown>>>();

  constructor(ask: AskOutput, here: ControlMachine) {
    this.#ask = ask;
    this.#here = here;
  }

  /** The value of a ref. */
  async value<T>(ref: Ref<T>): Promise<T> {
    return ref.compute(await Promise.all(ref.sources.map((source) => this.#answer(source))));
  }

  /** Arguments of a task with the refs filled in that can be asked without changing anything; others stay. */
  async planArguments(args: unknown): Promise<unknown> {
    if (args instanceof Ref) return args.readOnly ? ((await this.#seen(args)) ?? args) : args;
    if (!isPlain(args)) return args;
    if (Array.isArray(args)) return Promise.all(args.map((item) => this.planArguments(item)));
    const entries = Object.entries(args).map(async ([key, item]) => [key, await this.planArguments(item)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** The value of a ref that can be looked at; undefined while one of its sources has yet to be made. */
  async #seen(ref: Ref<unknown>): Promise<unknown> {
    const answers = await Promise.all(ref.sources.map((source) => this.#look(source)));
    return ref.sources.some(({ output }, i) => output.look && answers[i] === undefined)
      ? undefined
      : ref.compute(answers);
  }

  /** What the control machine has may have been made since the last look. */
  #look(source: RefSource): Promise<unknown> {
    return source.output.look ? source.output.look(this.#here) : this.#answer(source);
  }

  /** A step without refs. */
  async resolveStep(step: Step): Promise<Step> {
    if (step.kind === "write") return this.#resolveWrite(step);
    if (step.kind === "fetch") return step.to instanceof Ref ? { ...step, to: await this.value(step.to) } : step;
    return step.kind === "run" ? this.#resolveRun(step) : step;
  }

  async #resolveWrite(step: WriteStep): Promise<WriteStep> {
    return step.content instanceof Ref
      ? { ...step, content: await this.value<string | Secret | LocalFile>(step.content) }
      : step;
  }

  async #resolveRun(step: RunStep): Promise<RunStep> {
    const stdin = step.stdin instanceof Ref ? await this.value<string | Secret | LocalFile>(step.stdin) : step.stdin;
    const env = await Promise.all(
      Object.entries(step.env).map(
        async ([name, value]) => [name, value instanceof Ref ? await this.value(value) : value] as const,
      ),
    );
    return { ...step, stdin, env: Object.fromEntries(env), command: await this.#resolveCommand(step.command) };
  }

  async #resolveCommand(command: Command): Promise<Command> {
    const parts = command.parts.map(async (part) =>
      "ref" in part ? { text: quote(await this.value(part.ref)) } : part,
    );
    return new Command(await Promise.all(parts));
  }

  #answer(source: RefSource): Promise<unknown> {
    const answer = this.#asked(source);
    return source.optional ? answer.catch(() => undefined) : answer;
  }

  #asked({ output, host, orElse }: RefSource): Promise<unknown> {
    const ofOutput = this.#answers.get(output) ?? new Map<string, Promise<unknown>>();
    this.#answers.set(output, ofOutput);
    const place = [host, ...(orElse ?? [])].join(" ");
    const answer = ofOutput.get(place) ?? this.#askFor({ output, host, ...(orElse && { orElse }) });
    ofOutput.set(place, answer);
    answer.catch(() => ofOutput.delete(place));
    return answer;
  }

  /** Throws what the last one failed with, when none has an answer and that one could not be asked. */
  async #askFor({ output, host, orElse = [] }: RefSource): Promise<unknown> {
    if (output.make) return output.make(this.#here);
    const [next, ...others] = orElse;
    if (next === undefined) return this.#ask(output, host);
    const answer = await this.#ask(output, host).catch(() => undefined);
    return answer ?? this.#askFor({ output, host: next, orElse: others });
  }
}

const isPlain = (value: unknown): value is object =>
  typeof value === "object" &&
  value !== null &&
  (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) &&
  !(value instanceof Secret || value instanceof LocalFile || value instanceof Command);
