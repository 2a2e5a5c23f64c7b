import { InputError, type Problem } from "../errors.ts";

const SHOWN_PER_FILE = 20;

/** Gathers the problems of all files, so that they are reported at once: at most 20 a file, and how many more there are. */
export class ProblemList {
  readonly #problems: Problem[] = [];
  readonly notes: Problem[] = [];

  /** Returns undefined, which is what a reader that found a problem has to give. */
  add(problem: Problem): undefined {
    this.#problems.push(problem);
  }

  /** Something tolerated, which the reader should know. */
  note(problem: Problem): void {
    this.notes.push(problem);
  }

  get size(): number {
    return this.#problems.length;
  }

  /** Throws InputError when there is any problem. */
  throwIfAny(): void {
    if (this.#problems.length > 0) throw new InputError(this.#byFile().flatMap(cap));
  }

  #byFile(): Problem[][] {
    const files = new Map<string, Problem[]>();
    for (const problem of this.#problems) {
      const file = problem.place?.file ?? "";
      files.set(file, [...(files.get(file) ?? []), problem]);
    }
    return [...files.values()].map((problems) => problems.toSorted(byPosition));
  }
}

function byPosition({ place: a }: Problem, { place: b }: Problem): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

function cap(problems: Problem[]): Problem[] {
  const hidden = problems.length - SHOWN_PER_FILE;
  if (hidden <= 0) return problems;
  const file = problems[0]?.place?.file;
  const more = {
    code: "INV026",
    place: file ? { file } : undefined,
    message: `${hidden} more problems here are not shown`,
  };
  return [...problems.slice(0, SHOWN_PER_FILE), more];
}
