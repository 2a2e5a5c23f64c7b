/** Builds ts-play and the benchmark, and runs it: `npm run bench -- --only no-op-1 --reps 3 --peers ssh-batched,ansible`. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
execFileSync(process.execPath, ["scripts/build.js"], { stdio: "inherit" });
await build({
  entryPoints: ["bench/bench.ts"],
  outfile: "bench/.cache/bench.mjs",
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  logLevel: "warning",
});
const { main } = await import(new URL("../bench/.cache/bench.mjs", import.meta.url).href);
await main(process.argv.slice(2));
