import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { copyFile, cp, mkdir, mkdtemp, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { hashFile } from "./hash-file.ts";
import { pack } from "./programs.ts";
import type { AssembledImage } from "./spec.ts";

/** A part of an image, as its manifest refers to it; OCI image specification, descriptor.md. */
interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface Wanted extends AssembledImage {
  readonly name: string;
  readonly architecture: string;
}

const OCI = "application/vnd.oci.image";

/** Makes an image of one layer from files, as an archive in OCI form; no registry and no container engine is needed. */
export async function assembleImage(image: Wanted, base: string, archive: string): Promise<void> {
  await mkdir(dirname(archive), { recursive: true });
  const work = await mkdtemp(`${archive}.draft-`);
  try {
    const layout = join(work, "layout");
    await mkdir(join(layout, "blobs/sha256"), { recursive: true });
    await rootOf(image, base, join(work, "root"));
    await writeLayout(image, await layerOf(work, layout), layout);
    await pack(layout, `${archive}.draft`);
    await rename(`${archive}.draft`, archive);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function rootOf({ folder, files, links }: Wanted, base: string, root: string): Promise<void> {
  await mkdir(root, { recursive: true });
  if (folder !== undefined) await cp(resolve(base, folder), root, { recursive: true, verbatimSymlinks: true });
  for (const [path, from] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(resolve(base, from), join(root, path));
  }
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await symlink(target, join(root, path));
  }
}

interface Layer {
  readonly descriptor: Descriptor;
  /** Digest of the layer before it was compressed. */
  readonly diffId: string;
}

async function layerOf(work: string, layout: string): Promise<Layer> {
  const [plain, packed] = [join(work, "layer.tar"), join(work, "layer.tar.gz")];
  await pack(join(work, "root"), plain);
  await pipeline(createReadStream(plain), createGzip({ level: 6 }), createWriteStream(packed));
  const [diffId, digest, { size }] = await Promise.all([hashFile(plain), hashFile(packed), stat(packed)]);
  await rename(packed, join(layout, "blobs/sha256", digest));
  return {
    descriptor: { mediaType: `${OCI}.layer.v1.tar+gzip`, digest: `sha256:${digest}`, size },
    diffId: `sha256:${diffId}`,
  };
}

async function writeLayout({ name, architecture, entrypoint }: Wanted, layer: Layer, layout: string): Promise<void> {
  const put = async (mediaType: string, content: object): Promise<Descriptor> => {
    const text = JSON.stringify(content);
    const digest = createHash("sha256").update(text).digest("hex");
    await writeFile(join(layout, "blobs/sha256", digest), text);
    return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
  };
  const config = await put(`${OCI}.config.v1+json`, {
    architecture,
    os: "linux",
    config: {
      Entrypoint: entrypoint,
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      WorkingDir: "/",
    },
    rootfs: { type: "layers", diff_ids: [layer.diffId] },
  });
  const mediaType = `${OCI}.manifest.v1+json`;
  const manifest = await put(mediaType, { schemaVersion: 2, mediaType, config, layers: [layer.descriptor] });
  const annotations = { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": name };
  await writeFile(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(
    join(layout, "index.json"),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
  );
}
