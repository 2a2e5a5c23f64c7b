/** What the host's worker says: a script begins on this stream, a script's process has exited, the bundle has ended. */
export type WorkerFrame =
  | { readonly kind: "begin" | "end"; readonly index: number }
  | { readonly kind: "exit"; readonly index: number; readonly code: number; readonly timedOut: boolean };

/** Reads one frame. Throws on anything else, because what cannot be read must not pass for success. */
export const parseFrame = (text: string): WorkerFrame => {
  const edge = /^([sz]) (\d+)$/.exec(text);
  if (edge) return { kind: edge[1] === "s" ? "begin" : "end", index: Number(edge[2]) };
  const exit = /^x (\d+) (\d+) ([01])$/.exec(text);
  if (exit) return { kind: "exit", index: Number(exit[1]), code: Number(exit[2]), timedOut: exit[3] === "1" };
  throw new Error(`the host's shell sent a frame that makes no sense: ${JSON.stringify(text.slice(0, 80))}`);
};
