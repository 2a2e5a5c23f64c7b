import type { z } from "zod";

/** A refinement: exactly one of these arguments must be given. */
export const exactlyOneOf =
  <K extends string>(what: string, names: readonly K[]) =>
  (args: { readonly [key in K]?: unknown }, context: z.RefinementCtx): void => {
    const given = names.filter((name) => args[name] !== undefined);
    if (given.length === 1) return;
    const found = given.length === 0 ? "none is given" : `given are ${given.join(" and ")}`;
    context.addIssue({ code: "custom", message: `exactly one ${what} is needed (${names.join(", ")}), ${found}` });
  };
