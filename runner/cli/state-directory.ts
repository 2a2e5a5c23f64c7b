import { access, constants } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** Where runs are recorded and compiled playbooks kept: `.ts-play` in the project's folder (the nearest with a package.json). */
export async function stateDirectory(from: string): Promise<string> {
  const project = (await projectFolder(from)) ?? from;
  const writable = await access(project, constants.W_OK).then(
    () => true,
    () => false,
  );
  return writable ? join(project, ".ts-play") : join(homedir(), ".local", "state", "ts-play");
}

async function projectFolder(folder: string): Promise<string | undefined> {
  const here = await access(join(folder, "package.json")).then(
    () => true,
    () => false,
  );
  if (here) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : projectFolder(parent);
}
