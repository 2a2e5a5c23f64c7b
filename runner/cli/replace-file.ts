import { rename, rm, writeFile } from "node:fs/promises";

/** Writes a file whole: two runs may write at once, and neither may see half of it. Nothing else is left when it cannot be written. */
export async function replaceFile(path: string, text: string, mode = 0o666): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  try {
    await writeFile(temporary, text, { mode });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}
