import type { Sink } from "../report/report.ts";

/** A stream of this process as a sink; when its reader has gone (EPIPE) printing stops and the run goes on. */
export function terminalSink(stream: NodeJS.WriteStream): Sink {
  let broken = false;
  stream.on("error", () => {
    broken = true;
  });
  return {
    write: (text) => {
      if (!broken) stream.write(text);
    },
    get isTty() {
      return stream.isTTY === true && !process.env.CI;
    },
    get columns() {
      return stream.columns ?? 80;
    },
    get rows() {
      return stream.rows ?? 24;
    },
  };
}

/** Colour: NO_COLOR, then FORCE_COLOR, then whether it is a terminal that can. */
export function wantsColor(stream: NodeJS.WriteStream): boolean {
  if (process.env.NO_COLOR) return false;
  if (process.env.FORCE_COLOR) return process.env.FORCE_COLOR !== "0";
  return stream.isTTY === true && process.env.TERM !== "dumb";
}
