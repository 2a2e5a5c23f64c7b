import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type {
  BuildFailure,
  Location,
  OnLoadArgs,
  OnLoadResult,
  OnResolveArgs,
  OnResolveResult,
  Plugin,
  PluginBuild,
} from "esbuild";
import { InputError, type Place, type Problem } from "../errors.ts";
import { nearbyPath } from "./nearby-path.ts";

/** A playbook and all TypeScript it imports, as one module. */
export interface PlaybookBundle {
  readonly code: string;
  /** Every file that went in. */
  readonly files: readonly string[];
}

const OWN: Readonly<Record<string, string>> = { "ts-play": "./index.js", "ts-play/testing": "./testing.js" };

/** What playbooks import as `ts-play` is the copy that runs, with its roles, so that two never meet. */
const runningCopy = (name: string): string =>
  new URL(OWN[name] ?? name.replace(/^ts-play\/(.*)\.ts$/, "./$1.js"), import.meta.url).href;

/** Makes one module of a playbook. Throws InputError with the place of each syntax error or missing import. */
export async function bundlePlaybook(file: string): Promise<PlaybookBundle> {
  const { build } = await import("esbuild");
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [file],
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "node",
      target: "node20",
      sourcemap: "inline",
      sourcesContent: false,
      // The module is kept elsewhere; its stacks must name the author's own files.
      sourceRoot: `${pathToFileURL(dirname(file)).href}/`,
      logLevel: "silent",
      absWorkingDir: dirname(file),
      plugins: [playbookFiles],
    });
    const files = Object.keys(metafile.inputs).map((input) =>
      fileURLToPath(new URL(input, pathToFileURL(`${dirname(file)}/`))),
    );
    return { code: outputFiles[0]!.text, files };
  } catch (cause) {
    throw new InputError(problemsOf(cause as BuildFailure, file), cause);
  }
}

/** Own code goes into the bundle, packages stay outside unless they are TypeScript, and each file keeps its own `import.meta`. */
const playbookFiles: Plugin = {
  name: "playbook-files",
  setup: (build) => {
    build.onResolve({ filter: /^ts-play(\/testing|\/roles\/.+\.ts)?$/ }, resolveOwn);
    build.onResolve({ filter: /^[^./#]/ }, (args) => resolvePackage(build, args));
    build.onLoad({ filter: /\.[mc]?tsx?$/ }, keepImportMeta);
  },
};

/** A role that there is not is told where it is imported. */
function resolveOwn({ path }: OnResolveArgs): OnResolveResult {
  const copy = runningCopy(path);
  if (!path.includes("/roles/") || existsSync(new URL(copy))) return { path: copy, external: true };
  return { errors: [{ text: `ts-play has no file "${path.slice("ts-play/".length)}"` }] };
}

const ASKED = Symbol("asked");

async function resolvePackage(
  build: PluginBuild,
  { path, kind, importer, resolveDir, pluginData }: OnResolveArgs,
): Promise<OnResolveResult | undefined> {
  if (pluginData === ASKED || kind === "entry-point" || path.startsWith("node:")) return undefined;
  const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: ASKED });
  if (found.errors.length || found.namespace !== "file") return found.external ? { path, external: true } : undefined;
  const bundled = /\.[mc]?tsx?$/.test(found.path) || !found.path.includes("/node_modules/");
  return bundled ? { path: found.path } : { path: pathToFileURL(found.path).href, external: true };
}

/** A bundle has one `import.meta`; templates beside a role need the role's own. */
async function keepImportMeta({ path }: OnLoadArgs): Promise<OnLoadResult | undefined> {
  const source = await readFile(path, "utf8");
  if (!source.includes("import.meta")) return undefined;
  const meta = JSON.stringify({ url: pathToFileURL(path).href, dirname: dirname(path), filename: path });
  const loader = extname(path).endsWith("x") ? "tsx" : "ts";
  return { contents: `const importMeta$ = ${meta}; ${source.replaceAll(/\bimport\.meta\b/g, "importMeta$")}`, loader };
}

function problemsOf(failure: BuildFailure, file: string): readonly Problem[] {
  if (!Array.isArray(failure.errors)) return [{ code: "PLY002", place: { file }, message: String(failure) }];
  return failure.errors.map(({ text, location }) => ({
    code: "PLY002",
    place: location ? placeOf(location, file) : { file: nearbyPath(file) },
    message: text.replace(/\.$/, ""),
  }));
}

/** Paths of the bundler are relative to the playbook's folder. */
const placeOf = ({ file, line, column }: Location, playbook: string): Place => ({
  file: nearbyPath(resolve(dirname(playbook), file)),
  line,
  column: column + 1,
});
