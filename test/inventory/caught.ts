import { formatProblem, InputError } from "../../runner/errors.ts";

/** The lines of the InputError that an action throws; anything else it does fails the test. */
export async function caught(action: () => unknown): Promise<string[]> {
  try {
    await action();
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(formatProblem);
    throw error;
  }
  throw new Error("expected an InputError, but nothing was thrown");
}
