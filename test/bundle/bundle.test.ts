import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildBundle } from "../../runner/bundle/build.ts";
import { readSpec } from "../../runner/bundle/spec.ts";
import { verifyBundle } from "../../runner/bundle/verify.ts";
import { offlineBundle } from "../../runner/define/offline-bundle.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-"));
  await writeFile(at("tool"), "#!/bin/sh\necho tool\n", { mode: 0o755 });
});
afterEach(() => rm(folder, { recursive: true }));

const image = {
  "registry.example.com/tool:1": {
    files: { "/bin/tool": "tool" },
    links: { "/tool": "bin/tool" },
    entrypoint: ["/tool"],
  },
};

async function build(spec: object, into = "bundle") {
  await writeFile(at("spec.json"), JSON.stringify({ kubernetes: "1.34.4", files: {}, ...spec }));
  return buildBundle(await readSpec(at("spec.json")), at(into), () => undefined);
}

describe("build", () => {
  test("files and images are listed with their hashes, and found again", async () => {
    await build({ files: { "bin/kubeadm": "tool" }, images: image });
    const bundle = offlineBundle(at("bundle"));
    expect(bundle.folder("bin").get("kubeadm")?.sha256).toBe(sha256("#!/bin/sh\necho tool\n"));
    expect(bundle.images).toMatchObject([
      { name: "registry.example.com/tool:1", digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    ]);
  });

  test("the same files make the same image, whenever it is made", async () => {
    const [one, two] = [await build({ images: image }), await build({ images: image }, "again")];
    expect(one.files).toEqual(two.files);
  });

  test("an image is an OCI layout with its name, its files and what it runs", async () => {
    const { files } = await build({ images: image });
    const run = (...args: string[]) => promisify(execFile)("tar", args, { cwd: at("bundle") });
    const read = async (name: string) => JSON.parse((await run("-xOf", files[0]!.path, `./${name}`)).stdout);
    const blob = (digest: string) => `blobs/sha256/${digest.slice("sha256:".length)}`;
    const index = await read("index.json");
    expect(index.manifests[0]).toMatchObject({
      digest: files[0]!.image?.digest,
      annotations: { "io.containerd.image.name": "registry.example.com/tool:1" },
    });
    const manifest = await read(blob(index.manifests[0].digest));
    expect(await read(blob(manifest.config.digest))).toMatchObject({
      architecture: "amd64",
      config: { Entrypoint: ["/tool"] },
    });
    await run("-xf", files[0]!.path);
    const { stdout } = await run("-tzf", blob(manifest.layers[0].digest));
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(["./bin/tool", "./tool"]));
  });

  test("an archive is taken as it is, when it holds the image that it should", async () => {
    const { files } = await build({ images: image });
    const archive = join("bundle", files[0]!.path);
    const again = await build({ images: { "registry.example.com/tool:1": { archive } } }, "again");
    expect(again.files[0]?.image).toEqual(files[0]?.image);
    await expect(build({ images: { "registry.example.com/other:1": { archive } } }, "other")).rejects.toThrow("BDL005");
    await expect(build({ images: { "registry.example.com/tool:1": { archive: "tool" } } }, "none")).rejects.toThrow(
      "BDL005",
    );
  });

  test("what comes from the network must have the hash that was named", async () => {
    const server = createServer((_, answer) => answer.end("a program"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}/kubeadm`;
    await build({ files: { "bin/kubeadm": { from, sha256: sha256("a program") } } });
    expect(await readFile(at("bundle/bin/kubeadm"), "utf8")).toBe("a program");
    await expect(build({ files: { "bin/kubeadm": { from, sha256: sha256("another") } } }, "other")).rejects.toThrow(
      /BDL004.*its SHA-256 is/,
    );
    await expect(build({ files: { "bin/kubeadm": from } })).rejects.toThrow(/BDL003[\s\S]*needs its `sha256`/);
    server.close();
  });

  test.each([
    ["a missing file", { files: { "bin/kubeadm": "nothing" } }, "BDL004"],
    ["a place outside of the bundle", { files: { "../kubeadm": "tool" } }, "BDL003"],
    ["an image of nothing", { images: { "a:1": { entrypoint: ["/x"] } } }, "BDL003"],
  ])("%s is refused", async (_, spec, code) => expect(build(spec)).rejects.toThrow(code));
});

describe("verify", () => {
  test("a bundle as its list says", async () => {
    await build({ files: { "bin/kubeadm": "tool" }, images: image });
    expect((await verifyBundle(at("bundle"))).files).toHaveLength(2);
  });

  test("names every file that is missing or was changed", async () => {
    await build({ files: { "bin/kubeadm": "tool", "bin/kubelet": "tool", "bin/kubectl": "tool" } });
    await rm(at("bundle/bin/kubeadm"));
    await appendFile(at("bundle/bin/kubelet"), "more");
    await writeFile(at("bundle/bin/kubectl"), "#!/bin/sh\necho TOOL\n");
    const problems = await verifyBundle(at("bundle")).catch((error: unknown) => String(error));
    expect(problems).toMatch(/kubeadm.*is missing[\s\S]*kubelet.*bytes[\s\S]*kubectl.*content/);
  });

  test("a folder that is none", async () => expect(verifyBundle(at("bundle"))).rejects.toThrow("BDL001"));

  test("roles do not start from a bundle with a file missing", async () => {
    await build({ files: { "bin/kubeadm": "tool" } });
    await rm(at("bundle/bin/kubeadm"));
    expect(() => offlineBundle(at("bundle"))).toThrow("BDL002");
  });
});

describe("a bundle that is one file", () => {
  const programs = { "bin/kubeadm": "tool", "cni/bridge": "tool" };
  const contents = ({ path, offset = 0, sizeBytes }: { path: string; offset: number | undefined; sizeBytes: number }) =>
    readFile(path).then((all) => all.subarray(offset, offset + sizeBytes).toString());

  test("is used without being unpacked, and is the same as the folder", async () => {
    const list = await build({ files: programs, images: image }, "bundle.tar");
    expect(list).toEqual(await build({ files: programs, images: image }));
    expect(await verifyBundle(at("bundle.tar"))).toEqual(list);
    const bundle = offlineBundle(at("bundle.tar"));
    expect(await contents(bundle.folder("cni").get("bridge")!)).toBe("#!/bin/sh\necho tool\n");
    const unpacked = offlineBundle(at("bundle")).images[0]!.archive;
    expect(await contents(bundle.images[0]!.archive)).toBe(await contents(unpacked));
    expect((await readdir(folder)).filter((name) => name.startsWith("bundle.tar"))).toEqual(["bundle.tar"]);
  });

  test("holds what its list names, whatever an earlier attempt has left", async () => {
    const failing = { "bin/kubeadm": "tool", "bin/older": "tool", "bin/zzz": "nothing" };
    await expect(build({ files: failing }, "bundle.tar")).rejects.toThrow("BDL004");
    await build({ files: programs }, "bundle.tar");
    const { stdout } = await promisify(execFile)("tar", ["-tf", at("bundle.tar")]);
    expect(stdout.trim().split("\n")).toEqual(["./bin/kubeadm", "./cni/bridge", "./bundle.json"]);
    expect((await readdir(folder)).filter((name) => name.startsWith("bundle.tar"))).toEqual(["bundle.tar"]);
  });

  test("is put together in no folder of somebody else", async () => {
    await mkdir(at("bundle.tar.folder"));
    await writeFile(at("bundle.tar.folder/notes"), "mine");
    await expect(build({ files: programs }, "bundle.tar")).rejects.toThrow(/bundle\.tar\.folder.*BDL007/);
    expect(await readdir(at("bundle.tar.folder"))).toEqual(["notes"]);
    await writeFile(at("other.tar.folder"), "mine");
    await expect(build({ files: programs }, "other.tar")).rejects.toThrow("BDL007");
  });

  test.each([
    ["ustar", 35],
    ["pax", 60],
    ["gnu", 60],
  ])("may have been packed by others, in the form %s, with long names", async (form, length) => {
    const long = `registry.example.com/${"a".repeat(length)}/${"b".repeat(length)}:1`;
    await build({ files: programs, images: { [long]: Object.values(image)[0] } });
    await promisify(execFile)("tar", [`--format=${form}`, "-cf", at("own.tar"), "-C", at("bundle"), "."]);
    await verifyBundle(at("own.tar"));
    expect(offlineBundle(at("own.tar")).images[0]?.name).toBe(long);
  });

  test("says how it is packed when its folder was packed with it", async () => {
    await build({ files: programs });
    await promisify(execFile)("tar", ["-C", folder, "-cf", at("own.tar"), "bundle"]);
    const told = /BDL001.*its list is bundle\/bundle\.json, not bundle\.json.*`tar -C bundle -cf bundle\.tar \.`/s;
    await expect(verifyBundle(at("own.tar"))).rejects.toThrow(told);
    expect(() => offlineBundle(at("own.tar"))).toThrow(told);
  });

  test("names the file in it that was changed", async () => {
    await build({ files: programs }, "bundle.tar");
    const bytes = await readFile(at("bundle.tar"));
    bytes.write("TOOL", bytes.indexOf("echo tool") + "echo ".length);
    await writeFile(at("bundle.tar"), bytes);
    await expect(verifyBundle(at("bundle.tar"))).rejects.toThrow(/bundle\.tar:bin\/kubeadm.*BDL002: its content/);
  });

  test("is refused when it is cut, compressed, or something else", async () => {
    await build({ files: programs }, "bundle.tar");
    await truncate(at("bundle.tar"), 2048);
    await expect(verifyBundle(at("bundle.tar"))).rejects.toThrow("BDL00");
    await promisify(execFile)("gzip", [at("bundle.tar")]);
    await expect(verifyBundle(at("bundle.tar.gz"))).rejects.toThrow(/BDL001.*compressed/s);
    await expect(verifyBundle(at("tool"))).rejects.toThrow("BDL001");
    await expect(build({ files: programs }, "other.tar.gz")).rejects.toThrow(/BDL006.*let the name end in .tar/s);
  });
});
