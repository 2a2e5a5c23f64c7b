/** Bundles the runner into dist/ (or the folder that is named): the program, and what playbooks import. Its types and the roles stay: `npm run types`, `npm run roles`. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const folder = process.argv[2] ?? "dist";
const addon = "ssh2/lib/protocol/crypto/build/Release/sshcrypto.node";

/** ssh2 runs quicker with its addon where a compiler has built it at installation; it is looked for in node_modules when the program starts. */
const ssh2Addon = {
  name: "ssh2-addon",
  setup: ({ onResolve }) => onResolve({ filter: /\/sshcrypto\.node$/ }, () => ({ path: addon, external: true })),
};

await mkdir(folder, { recursive: true });
for (const name of await readdir(folder))
  if (name !== "types" && name !== "roles") await rm(join(folder, name), { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { main: "runner/cli/main.ts", index: "runner/index.ts", testing: "runner/testing/index.ts" },
  outdir: folder,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Packages go in as well: to find and read their hundreds of files took a quarter of a short run's time.
  external: ["esbuild", "cpu-features"],
  plugins: [ssh2Addon],
  // What CommonJS packages expect around them.
  banner: {
    js: 'import { createRequire as createRequire$ } from "node:module"; const require = createRequire$(import.meta.url), __dirname = import.meta.dirname;',
  },
  // One folder: code finds its neighbours by import.meta.url, wherever the bundler puts it.
  chunkNames: "[name]-[hash]",
  logLevel: "warning",
  metafile: true,
});
await writeFile(join(folder, "LICENSES.txt"), await licences(Object.keys(metafile.inputs)));

/** The licences of all packages that went into the bundle, which must come along with their code. */
async function licences(files) {
  const folders = new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []));
  const texts = [...folders].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(join(folder, file), "utf8") : `Licence: ${license}\n`;
    return `${name} ${version}\n\n${text}`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}
