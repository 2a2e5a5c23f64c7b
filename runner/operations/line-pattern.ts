import { z } from "zod";

/** A regular expression for one line, as text or as `/.../` without flags. */
export const linePattern = z.union([z.string(), z.instanceof(RegExp)]).transform((given, context): string => {
  const fault = faultOf(given);
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  return typeof given === "string" ? given : given.source;
});

function faultOf(given: string | RegExp): string | undefined {
  if (typeof given !== "string") return given.flags === "" ? undefined : "a pattern for lines takes no flags";
  try {
    new RegExp(given);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Where an edit puts something new. */
export const positionArguments = {
  insertAfter: linePattern.optional().describe("put it after the last line that matches; at the end when none does"),
  insertBefore: linePattern.optional().describe("put it before the first line that matches; at the end when none does"),
};

/** Refuses two places for one thing. */
export function refuseTwoPlaces(
  { insertAfter, insertBefore }: { insertAfter?: string | undefined; insertBefore?: string | undefined },
  context: z.RefinementCtx,
): void {
  if (insertAfter === undefined || insertBefore === undefined) return;
  context.addIssue({ code: "custom", path: ["insertBefore"], message: "give insertAfter or insertBefore, not both" });
}
