import { killGroup, removeGroup } from "./cgroup.ts";
import { execute } from "./execute.ts";
import { exists } from "./exists.ts";
import { restoreKernelSettings } from "./kernel-settings.ts";
import { checkLabName } from "./lab-names.ts";
import { allRecords, defaultDirectory, defaultName, labDirectory, labLock, sharedLock } from "./lab-record.ts";
import { withLock } from "./lock.ts";
import { requireRoot } from "./machine.ts";
import { unmountUnder } from "./mounts.ts";
import { networkDown } from "./network.ts";

/**
 * Removes a lab: processes, bridge, address translation, files, changed settings of the kernel; also what a crash has left. The image stays.
 * It goes by what the kernel shows under the lab's name, not by what was recorded. Throws InputError and LabError.
 */
export async function labDown(options: { readonly name?: string; readonly directory?: string } = {}): Promise<void> {
  const { name = defaultName, directory = defaultDirectory } = options;
  checkLabName(name);
  requireRoot();
  // Without the directory no lab was ever here, and the programs that the rest runs may be missing.
  if (!(await exists(directory))) {
    return;
  }
  await withLock(labLock(directory, name), async () => {
    await killGroup(name);
    await removeGroup(name);
    await networkDown(name);
    await removeFiles(labDirectory(directory, name));
    await withLock(sharedLock(directory), async () =>
      restoreKernelSettings({ directory }, await allRecords(directory)),
    );
  });
}

async function removeFiles(directory: string): Promise<void> {
  await unmountUnder(directory);
  await execute("rm", ["-rf", "--one-file-system", directory], { timeoutMs: 300_000 });
}
