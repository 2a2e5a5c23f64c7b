import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./exists.ts";
import { writeHostFiles } from "./host-files.ts";
import { type HostHandle, homeOf } from "./host-handle.ts";
import { labDirectory } from "./lab-record.ts";
import { ensureKey, sshAccess } from "./ssh-access.ts";

/** Fills a directory with the files that tell this host from others, once until the host is reset. */
export async function writeIdentity(handle: HostHandle, target: string): Promise<void> {
  const { directory, lab, host } = handle;
  const home = homeOf(handle);
  // Written last, and where the host itself cannot change it.
  const ready = join(home, "prepared");
  if (await exists(ready)) return;
  const { privateKeyFile } = sshAccess(labDirectory(directory, lab.name));
  const authorizedKey = await ensureKey(privateKeyFile, `ts-play lab ${lab.name}`);
  const { network, privileged } = lab;
  await writeHostFiles(target, { ...host, network, privileged, directory: home, authorizedKey });
  await writeFile(ready, "");
}
