import { chmod, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BUNDLE_LIST } from "../define/bundle-place.ts";
import type { BundleFile, BundleList } from "../define/offline-bundle.ts";
import { InputError } from "../errors.ts";
import { assembleImage } from "./assemble-image.ts";
import { fetchFile } from "./fetch-file.ts";
import { hashFile } from "./hash-file.ts";
import { digestIn } from "./image-archive.ts";
import { pack } from "./programs.ts";
import type { BundleSpec } from "./spec.ts";

type Log = (line: string) => void;

/** Makes a bundle: a folder, or where the name ends so, a tar of it. Throws InputError. */
export async function buildBundle(spec: BundleSpec, target: string, log: Log): Promise<BundleList> {
  if (/\.(?:tar\.\w+|t[gx]z|tzst|zip)$/.test(target)) {
    throw new InputError({
      code: "BDL006",
      place: { file: target },
      message: "a bundle is a folder or a tar, and not compressed, so that it can be used as it is",
      fix: "let the name end in .tar",
    });
  }
  return target.endsWith(".tar") ? buildArchive(spec, target, log) : buildFolder(spec, target, log);
}

/** Says of a folder that it was made here, and may be removed. */
const MARK = ".ts-play-bundle";

/** The folder beside it stays when something fails, so that the next attempt need not fetch all again. */
async function buildArchive(spec: BundleSpec, archive: string, log: Log): Promise<BundleList> {
  const folder = await folderBeside(archive);
  const list = await buildFolder(spec, folder, log);
  const draft = join(folder, "draft.tar");
  // Of an earlier attempt there may be more in the folder.
  await pack(folder, draft, [...list.files.map(({ path }) => path).toSorted(), BUNDLE_LIST]);
  await rename(draft, archive);
  await rm(folder, { recursive: true });
  return list;
}

async function folderBeside(archive: string): Promise<string> {
  const folder = `${archive}.folder`;
  const found = await readdir(folder).catch(({ code }: NodeJS.ErrnoException) => (code === "ENOENT" ? [] : [code]));
  if (found.length > 0 && !found.includes(MARK)) {
    throw new InputError({
      code: "BDL007",
      place: { file: folder },
      message: "the tar is put together here, and this is not what an earlier attempt has left",
      fix: "move or remove it, or give the tar another name",
    });
  }
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, MARK), "");
  return folder;
}

/** Its list is written last: without it, it is none. */
async function buildFolder(spec: BundleSpec, folder: string, log: Log): Promise<BundleList> {
  await mkdir(folder, { recursive: true });
  const files: BundleFile[] = [];
  for (const [path, origin] of Object.entries(spec.files)) {
    await fetchFile(origin, spec.folder, join(folder, path));
    await chmod(join(folder, path), 0o755);
    files.push(await described(folder, path));
    log(path);
  }
  for (const name of Object.keys(spec.images)) {
    const path = `images/${name.replaceAll(/[^\w.-]/g, "_")}.tar`;
    await bringImage(spec, name, join(folder, path));
    files.push({
      ...(await described(folder, path)),
      image: { name, digest: await digestIn(join(folder, path), name) },
    });
    log(`${path} (${name})`);
  }
  const { kubernetes, architecture } = spec;
  const list: BundleList = { format: 1, kubernetes, architecture, files };
  await writeFile(join(folder, BUNDLE_LIST), `${JSON.stringify(list, undefined, 2)}\n`);
  return list;
}

async function bringImage({ images, architecture, folder }: BundleSpec, name: string, archive: string): Promise<void> {
  const image = images[name]!;
  if ("archive" in image) await fetchFile(image.archive, folder, archive);
  else await assembleImage({ ...image, name, architecture }, folder, archive);
}

async function described(folder: string, path: string): Promise<BundleFile> {
  const place = join(folder, path);
  const [sha256, { size }] = await Promise.all([hashFile(place), stat(place)]);
  return { path, sha256, bytes: size };
}
