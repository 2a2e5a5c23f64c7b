import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Inventory, type InventorySource, loadInventory } from "../../runner/inventory/load.ts";

/** Loads an inventory of the given files, the first one as `-i`; paths in messages are as if they were in the current folder. */
export async function loadWritten(
  files: Readonly<Record<string, string>>,
  extraVars: readonly string[] = [],
  vault: InventorySource["vault"] = undefined,
): Promise<Inventory> {
  const folder = mkdtempSync(join(tmpdir(), "inventory-"));
  const before = process.cwd();
  try {
    process.chdir(folder);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    return await loadInventory({ files: [Object.keys(files)[0]!], extraVars, ...(vault ? { vault } : {}) });
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  }
}
