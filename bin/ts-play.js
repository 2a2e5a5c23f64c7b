#!/usr/bin/env node
import { existsSync } from "node:fs";
import module from "node:module";

const main = new URL("../dist/main.js", import.meta.url);

module.enableCompileCache?.();

if (existsSync(main)) {
  const { main: run } = await import(main.href);
  await run(process.argv.slice(2));
} else {
  process.stderr.write("ts-play: this copy has not been built. Fix: npm run build\n");
  process.exitCode = 1;
}
