import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The declarations that the compiler makes of the probes, as one text: the only honest source of an answer's type. */
export async function probeDeclarations(root: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ts-play-types-"));
  try {
    await compile(root, folder);
    const files = (await readdir(join(folder, "probes"))).toSorted();
    return (await Promise.all(files.map((file) => readFile(join(folder, "probes", file), "utf8")))).join("\n");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compile(root: string, folder: string): Promise<void> {
  const options = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: join(root, "runner"),
    outDir: folder,
    typeRoots: [join(root, "node_modules/@types")],
  };
  const settings = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: options,
    files: [join(root, "runner/index.ts")],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  // What does not compile is told by the compiler's own check, not here.
  await new Promise<void>((resolve) =>
    execFile(process.execPath, [tsc, "-p", folder], { timeout: 120_000 }, () => resolve()),
  );
}
