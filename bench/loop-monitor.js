/**
 * Loaded with `node --import` before the program: watches how late its event loop is and, when it ends, writes what it
 * saw to the file that BENCH_LOOP_FILE names.
 */
import { writeFileSync } from "node:fs";

const pauseMs = 10;
const delays = [];
const own = [];
let last = performance.now();
let used = process.cpuUsage();

setInterval(() => {
  const now = performance.now();
  const { user, system } = process.cpuUsage(used);
  const late = Math.max(0, now - last - pauseMs);
  delays.push(late);
  // Without a processor nothing can be late by its own doing.
  own.push(Math.min(late, (user + system) / 1000));
  last = now;
  used = process.cpuUsage();
}, pauseMs).unref();

const p99 = (values) => values.sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0;

process.on("exit", () => {
  writeFileSync(process.env.BENCH_LOOP_FILE, JSON.stringify({ loopP99Ms: p99(delays), loopOwnP99Ms: p99(own) }));
});
