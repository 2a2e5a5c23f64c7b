import { z } from "zod";
import { contentHash } from "../define/content.ts";
import { defineOperation } from "../define/operation.ts";
import { change, predict, run, type Step } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { fileHash } from "../probes/file-hash.ts";
import { pathExists } from "../probes/path-exists.ts";
import { pathFootprint, treeFootprint } from "../probes/path-footprint.ts";
import { pathState } from "../probes/path-state.ts";
import { absolutePath } from "./absolute-path.ts";
import { accountName } from "./account-name.ts";
import { environment } from "./environment.ts";
import { sha256Text, sourceUrls } from "./fetch-script.ts";
import { madeAfterwards, parentsOf } from "./parent-folders.ts";
import { unpackScript } from "./unpack-script.ts";

const args = z
  .object({
    path: absolutePath.describe("the folder to unpack into; made when it is missing, other files in it stay"),
    archive: absolutePath.optional().describe("the archive, a file on the host: tar, plain or packed by gzip, xz, ..."),
    url: sourceUrls.optional().describe("instead of `archive`: where to fetch it from, or mirrors in order; not kept"),
    sha256: sha256Text.describe("SHA-256 of the archive; only an archive with this hash is unpacked"),
    strip: z.int().min(0).default(0).describe("leading folders to take off the names in the archive"),
    owner: accountName.default("root").describe("user who owns what is unpacked"),
    group: accountName.default("root").describe("group of what is unpacked"),
    stamp: z
      .string()
      .regex(/^[\w.-]*\w$/, "a plain file name is needed")
      .default(".unpacked")
      .describe("file in the folder that says what was unpacked; must differ for each archive in one folder"),
    env: environment.describe("environment of curl or wget, such as `https_proxy`; may hold secrets"),
  })
  .refine(({ archive, url }) => (archive === undefined) !== (url === undefined), {
    error: "give `archive` or `url`, one of the two",
  });

type Arguments = z.output<typeof args>;

/** Keeps what is in an archive in a folder; a stamp with the archive's hash tells that it is there. */
export const unpack = defineOperation({
  name: "unpack",
  summary: "What is in an archive, in a folder; a stamp with the archive's SHA-256 tells that it is there.",
  example: `unpack({
  path: "/opt/cni/bin",
  url: "https://example.com/cni-plugins.tgz",
  sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
})`,
  args,
  subject: ({ path, stamp }) => (stamp === ".unpacked" ? path : `${path} ${stamp}`),
  read: (args) => ({ folder: pathState(args.path), stamp: fileHash(stampPath(args)) }),
  plan: ({ args, current: { folder, stamp } }) => {
    if (folder.type !== "absent" && folder.type !== "directory") {
      throw new TaskRefusal(`${args.path} is a ${folder.type}, not a folder`, "name another path");
    }
    return stamp === contentHash(stampText(args)) ? [] : [unpackStep(args, stamp !== undefined)];
  },
});

function unpackStep(args: Arguments, before: boolean): Step {
  const { path, sha256, env } = args;
  const folders = [...parentsOf(path), path];
  return run(unpackScript({ ...args, stampPath: stampPath(args), stampText: stampText(args) }), {
    env,
    changes: [change("archive", before ? "another archive" : undefined, `sha256 ${sha256}`)],
    effects: [
      ...folders.flatMap(madeAfterwards),
      predict(fileHash(stampPath(args)), contentHash(stampText(args))),
      predict(pathExists(stampPath(args)), true),
    ],
    touches: [...parentsOf(path).map(pathFootprint), treeFootprint(path)],
  });
}

const stampPath = ({ path, stamp }: Arguments): string => `${path === "/" ? "" : path}/${stamp}`;

/** All that decides what is unpacked, and nothing else: the text is compared by its hash. */
const stampText = ({ sha256, strip, owner, group }: Arguments): string =>
  `sha256=${sha256} strip=${strip} owner=${owner}:${group}\n`;
