import { z } from "zod";
import { InputError } from "../errors.ts";
import { unpackText } from "./programs.ts";

const index = z.object({
  manifests: z
    .array(z.object({ digest: z.string(), annotations: z.record(z.string(), z.string()).optional() }))
    .length(1),
});

/** Digest of the image in an archive in OCI form, which must be called so. Throws InputError. */
export async function digestIn(archive: string, name: string): Promise<string> {
  const text = await unpackText(archive, "index.json");
  const found = index.safeParse(text === undefined ? undefined : JSON.parse(text));
  const fix = `make it with \`skopeo copy docker://${name} oci-archive:<file>:${name}\` or \`ctr images export\``;
  if (!found.success) {
    throw new InputError({
      code: "BDL005",
      place: { file: archive },
      message: "this is no archive of one image in OCI form",
      fix,
    });
  }
  const [{ digest, annotations = {} }] = found.data.manifests as [
    { digest: string; annotations?: Record<string, string> },
  ];
  const called = annotations["io.containerd.image.name"] ?? annotations["org.opencontainers.image.ref.name"];
  if (called !== name) {
    throw new InputError({
      code: "BDL005",
      place: { file: archive },
      message: `the image in it is called ${called ?? "nothing"}, not ${name}`,
      fix,
    });
  }
  return digest;
}
