/** Writes the pages of docs/ that are made from the sources. With --check it writes nothing and fails when one is stale. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");

/** A template stands beside its role, wherever the bundle is. */
const ownLocation = {
  name: "own-location",
  setup: (bundler) =>
    bundler.onLoad({ filter: /\/roles\/.*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
      loader: "ts",
      resolveDir: dirname(path),
    })),
};

const stale = [];
for (const [path, text] of Object.entries(await makePages())) {
  const before = await readFile(join(root, path), "utf8").catch(() => "");
  if (before === text) continue;
  stale.push(path);
  if (!check) await writeFile(join(root, path), text);
}
for (const path of stale) process.stdout.write(`${path} ${check ? "is stale: npm run docs" : "written"}\n`);
process.exitCode = check && stale.length > 0 ? 1 : 0;

/** Loads the sources as one module, so that roles and pages know the same copy of ts-play. */
async function makePages() {
  // Inside node_modules, because what stays outside of the bundle must be found from there.
  const folder = await mkdtemp(join(root, "node_modules", ".ts-play-docs-"));
  try {
    const outfile = join(folder, "pages.mjs");
    await build({
      stdin: { contents: await entry(), resolveDir: root, loader: "ts" },
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      packages: "external",
      alias: { "ts-play": join(root, "runner/index.ts") },
      plugins: [ownLocation],
      logLevel: "warning",
    });
    const { pages } = await import(pathToFileURL(outfile).href);
    return await pages(root);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function entry() {
  const folders = (await readdir(join(root, "roles"), { withFileTypes: true })).filter((one) => one.isDirectory());
  const roles = folders.map(({ name }) => `import(${JSON.stringify(`./roles/${name}/role.ts`)})`);
  return `import { makePages } from "./scripts/docs/pages.ts";
    export const pages = async (root) => makePages(root, await Promise.all([${roles.sort()}]));`;
}
