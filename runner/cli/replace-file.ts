import { rename, writeFile } from "node:fs/promises";

/** Writes a file whole: two runs may write at once, and neither may see half of it. */
export async function replaceFile(path: string, text: string, mode = 0o666): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text, { mode });
  await rename(temporary, path);
}
