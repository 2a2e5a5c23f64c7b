#!/usr/bin/env node
// Words that every Node understands, so that an old one can be told that it is too old.
const wanted = [20, 19];
const found = process.versions.node.split(".").map(Number);

if (found[0] < wanted[0] || (found[0] === wanted[0] && found[1] < wanted[1])) {
  process.stderr.write(
    "error CLI011: Node " +
      process.versions.node +
      " is too old for ts-play. Fix: install Node " +
      wanted.join(".") +
      " or newer.\n",
  );
  process.exitCode = 1;
} else {
  start();
}

function start() {
  const { existsSync } = require("node:fs");
  const { join } = require("node:path");
  const { pathToFileURL } = require("node:url");
  const { enableCompileCache } = require("node:module");
  const main = join(__dirname, "..", "dist", "main.js");
  if (!existsSync(main)) {
    process.stderr.write("ts-play: this copy has not been built. Fix: npm run build\n");
    process.exitCode = 1;
    return;
  }
  if (enableCompileCache) enableCompileCache();
  import(pathToFileURL(main).href).then((module) => module.main(process.argv.slice(2)));
}
