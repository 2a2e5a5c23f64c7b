/** Bundles the runner into dist/ (or the folder that is named): the program, and what playbooks import. Packages stay outside, except the ones every start needs. */
import { rm } from "node:fs/promises";
import { build } from "esbuild";

const folder = process.argv[2] ?? "dist";

await rm(folder, { recursive: true, force: true });
await build({
  entryPoints: { main: "runner/cli/main.ts", index: "runner/index.ts", testing: "runner/testing/index.ts" },
  outdir: folder,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  // One folder: code finds its neighbours by import.meta.url, wherever the bundler puts it.
  chunkNames: "[name]-[hash]",
  logLevel: "warning",
});
