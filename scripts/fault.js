/** Breaks more runs than the tests do: `npm run fault -- --offsets 500 --seed 7`, or one again: `--replay "up rst 4711 first"`. */
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { offsets: { type: "string" }, seed: { type: "string" }, replay: { type: "string" } },
});
const chosen = { FAULT_OFFSETS: values.offsets, FAULT_SEED: values.seed, FAULT_REPLAY: values.replay };
const given = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
const vitest = spawn("npx", ["vitest", "run", "--project", "hosts", "test/fault/cuts.test.ts"], {
  env: { ...process.env, ...given },
  stdio: "inherit",
});
vitest.on("close", (code) => {
  process.exitCode = code ?? 1;
});
