import { z } from "zod";
import type { Output } from "./output.ts";

/** One host asked for one output. */
export interface RefSource {
  readonly output: Output<unknown>;
  readonly host: string;
  /** Asked in this order while those before cannot be asked or have no answer (undefined). */
  readonly orElse?: readonly string[];
  /** The answer is undefined, and no failure, when nobody can answer. */
  readonly optional?: boolean;
}

/** A value that hosts are asked for while the run goes on; until then it is only a name. */
export class Ref<out T> {
  /** How the value reads in a plan: `<join command of cp1>`. */
  readonly label: string;
  readonly sources: readonly RefSource[];
  /** Makes the value from the answers of the sources, in their order. */
  readonly compute: (answers: readonly unknown[]) => T;

  constructor(label: string, sources: readonly RefSource[], compute: (answers: readonly unknown[]) => T) {
    this.label = label;
    this.sources = sources;
    this.compute = compute;
    Object.freeze(this);
  }

  /** The same value, changed by a pure function once it is known. */
  map<U>(change: (value: T) => U): Ref<U> {
    return new Ref(this.label, this.sources, (answers) => change(this.compute(answers)));
  }

  /** True when asking changes nothing on the host, so that a plan may ask too. */
  get readOnly(): boolean {
    return this.sources.every(({ output }) => output.readOnly);
  }
}

export const isRef = (value: unknown): value is Ref<unknown> => value instanceof Ref;

/** Many refs as one. */
export const allRefs = (refs: readonly Ref<unknown>[]): Ref<readonly unknown[]> =>
  new Ref(
    refs.map(({ label }) => label).join(", "),
    refs.flatMap(({ sources }) => sources),
    (answers) => {
      const left = [...answers];
      return refs.map((ref) => ref.compute(left.splice(0, ref.sources.length)));
    },
  );

/** A zod schema for a role variable that another host answers: `vars: z.object({ join: refOf<string>() })`. */
export const refOf = <T>() => z.custom<Ref<T>>(isRef, "expected a value from defineOutput(...).from(group)");
