#!/usr/bin/env node
/** `npm create ts-play infra` is `ts-play init infra`. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const program = join(dirname(createRequire(import.meta.url).resolve("ts-play/package.json")), "bin/ts-play.js");
process.argv.splice(1, 1, program, "init");
await import(program);
