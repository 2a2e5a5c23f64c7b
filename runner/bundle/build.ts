import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BUNDLE_LIST, type BundleFile, type BundleList } from "../define/offline-bundle.ts";
import { assembleImage } from "./assemble-image.ts";
import { fetchFile } from "./fetch-file.ts";
import { hashFile } from "./hash-file.ts";
import { digestIn } from "./image-archive.ts";
import type { BundleSpec } from "./spec.ts";

/** Makes a bundle in a folder. Its list is written last: without it, it is none. Throws InputError. */
export async function buildBundle(spec: BundleSpec, folder: string, log: (line: string) => void): Promise<BundleList> {
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
