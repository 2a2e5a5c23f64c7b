/**
 * Loaded with `node --import` before the program: watches its event loop and, when it ends, writes what it saw
 * to the file that BENCH_LOOP_FILE names.
 */
import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

const resolutionMs = 10;
const delays = monitorEventLoopDelay({ resolution: resolutionMs });
delays.enable();

process.on("exit", () => {
  delays.disable();
  // The histogram holds the time from one look to the next, the wanted pause included.
  const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  const seen = { loopP99Ms: late(delays.percentile(99)), loopMaxMs: late(delays.max) };
  writeFileSync(process.env.BENCH_LOOP_FILE, JSON.stringify(seen));
});
