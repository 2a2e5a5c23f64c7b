/** Compiles the roles into dist/roles (or the folder that is named), with their templates beside them: `ts-play/roles/...` of other people's playbooks. */
import { spawnSync } from "node:child_process";
import { cp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = process.argv[2] ?? join(root, "dist/roles");

await rm(folder, { recursive: true, force: true });
const tsc = join(root, "node_modules/typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.roles.json", "--outDir", folder], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
const entries = await readdir(join(root, "roles"), { recursive: true, withFileTypes: true });
for (const { name, parentPath } of entries.filter((entry) => entry.isFile() && !entry.name.endsWith(".ts")))
  await cp(join(parentPath, name), join(folder, parentPath.slice(join(root, "roles").length), name));
