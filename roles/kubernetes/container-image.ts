import { change, defineOperation, defineProbe, LocalFile, type Probe, predict, run, sh, z } from "ts-play";

type Images = Readonly<Record<string, string>>;

/** Images that kubelets see, by name, with the digest of their manifest. */
export const containerImages = defineProbe<undefined, Images>({
  name: "containerImages",
  summary: "Names of the images that containerd holds for kubelets, and the digest of each.",
  command: () => sh`ctr -n k8s.io images ls 2>/dev/null || :`,
  parse: ({ stdout }) =>
    Object.fromEntries(
      stdout.split("\n").flatMap((line) => {
        const found = /^(\S+)\s.*\s(sha256:[0-9a-f]{64})\s/.exec(line);
        return found ? [[found[1]!, found[2]!]] : [];
      }),
    ),
  bare: () => ({}),
  looksAt: () => ["tree:/var/lib/containerd", "unit:containerd.service"],
});

const args = z.strictObject({
  name: z.string().min(1).describe("what the image is called"),
  digest: z.string().describe("digest of its manifest"),
  archive: z.instanceof(LocalFile).describe("the image as a file of the control machine, in OCI form"),
});

/** Keeps an image on a host without any registry. */
export const containerImage = defineOperation<typeof args, { readonly images: Probe<Images> }>({
  name: "containerImage",
  summary: "Keeps an image in containerd, imported from an archive of the control machine.",
  args,
  example: 'containerImage({ name: "registry.example.com/app:1", digest, archive })',
  subject: ({ name }) => name,
  read: () => ({ images: containerImages(undefined) }),
  plan: ({ args: { name, digest, archive }, current: { images } }) =>
    images[name] === digest
      ? []
      : [
          run(sh`ctr -n k8s.io images import - >/dev/null`, {
            stdin: archive,
            changes: [change("digest", images[name], digest)],
            effects: [predict(containerImages(undefined), (before) => ({ ...before, [name]: digest }))],
            touches: ["tree:/var/lib/containerd"],
          }),
        ],
});
