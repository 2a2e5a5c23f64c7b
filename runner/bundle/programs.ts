import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Archives of equal folders are equal: neither times nor owners nor the order in which files were made show in them. */
const REPRODUCIBLE = [
  "--sort=name",
  "--mtime=@0",
  "--owner=0",
  "--group=0",
  "--numeric-owner",
  "--format=pax",
  "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
];

/** Packs what is in a folder, or only the files of these names; tar(1). */
export const pack = async (folder: string, archive: string, names: readonly string[] = [""]): Promise<void> => {
  await execute("tar", [...REPRODUCIBLE, "-C", folder, "-cf", archive, ...names.map((name) => `./${name}`)]);
};

/** The text of one file of an archive; undefined when it is not there. */
export const unpackText = async (archive: string, name: string): Promise<string | undefined> => {
  for (const spelling of [name, `./${name}`]) {
    const text = await execute("tar", ["-xOf", archive, spelling], { maxBuffer: 1 << 24 }).catch(() => undefined);
    if (text !== undefined) return text.stdout;
  }
  return undefined;
};
