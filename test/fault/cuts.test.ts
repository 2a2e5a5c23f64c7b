import { afterAll, beforeAll, expect, test } from "vitest";
import { useLab } from "../e2e/lab-fixture.ts";
import { type Bench, breakRun, type Standard, standardOf } from "./cut-run.ts";
import { chooseInjections, formatInjection, type Injection, parseInjection } from "./injection.ts";
import { createProject } from "./project.ts";
import { buildTsPlay } from "./ts-play.ts";

const lab = useLab({ name: "faultcut", hosts: ["cut1", "cut2", "cut3", "cut4"] });
const seed = Number(process.env.FAULT_SEED ?? 20_260_801);
const count = Number(process.env.FAULT_OFFSETS ?? 100);
const replayed = process.env.FAULT_REPLAY;

let benches: readonly Bench[] = [];
let standard: Standard;

beforeAll(async () => {
  buildTsPlay();
  benches = await Promise.all(lab().hosts.map(async (host) => ({ lab: lab(), host, project: await createProject() })));
  standard = await standardOf(benches[0]!);
});
afterAll(() => Promise.all(benches.map(({ project }) => project.remove())));

test("a connection cut anywhere makes no false success, and the next run heals the host", {
  timeout: 30_000 + count * 15_000,
}, async () => {
  const injections = replayed ? [parseInjection(replayed)] : chooseInjections(count, seed, standard.traffic);
  const failures: string[] = [];
  const waiting = [...injections];
  const work = async (bench: Bench): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) failures.push(...(await one(bench, next)));
  };
  await Promise.all(benches.map(work));
  expect(failures).toEqual([]);
});

/** Breaks one run, prints the line that repeats it, and answers what was wrong. */
async function one(bench: Bench, injection: Injection): Promise<readonly string[]> {
  const { wrong, exitCode, durationMs } = await breakRun(bench, injection, standard);
  const name = formatInjection(injection);
  const verdict = wrong.length ? `WRONG: ${wrong.join("; ")}` : "kept";
  process.stdout.write(
    `seed ${seed}, --replay "${name}": exit ${exitCode} after ${durationMs.toFixed(0)} ms, ${verdict}\n`,
  );
  return wrong.map((text) => `${name}: ${text}`);
}
