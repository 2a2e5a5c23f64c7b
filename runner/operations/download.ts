import { dirname } from "node:path/posix";
import { z } from "zod";
import { type Command, sh } from "../define/command.ts";
import { defineOperation } from "../define/operation.ts";
import { change, predict, run, type Step } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { fileHash } from "../probes/file-hash.ts";
import { pathFootprint } from "../probes/path-footprint.ts";
import { type ExistingPath, pathState } from "../probes/path-state.ts";
import { absolutePath } from "./absolute-path.ts";
import { environment } from "./environment.ts";
import { fetchScript, sha256Text, sourceUrls } from "./fetch-script.ts";
import { ownPath } from "./own-path.ts";
import { ownershipArguments, ownershipChanges } from "./ownership.ts";
import { existsAfterwards } from "./path-effects.ts";
import { privatePlace } from "./private-place.ts";

const args = z.object({
  path: absolutePath.describe("where the file is"),
  url: sourceUrls.describe("where it comes from (https:, http:, file:), or mirrors that are tried in order"),
  sha256: sha256Text.describe("SHA-256 of its bytes; nothing else ever gets to `path`"),
  ...ownershipArguments("0644"),
  env: environment.describe("environment of curl or wget, such as `https_proxy`; may hold secrets"),
});

type Arguments = z.output<typeof args>;

/** Keeps a file from the network, known by its hash; nothing is fetched when the hash is right. */
export const download = defineOperation({
  name: "download",
  summary: "A file from the network, known by its SHA-256; nothing is fetched when the hash is right.",
  example: `download({
  path: "/usr/local/bin/tool",
  url: ["https://mirror.example.com/tool", "https://example.com/tool"],
  sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  mode: "0755",
})`,
  args,
  subject: ({ path }) => path,
  read: ({ path }) => ({ state: pathState(path), hash: fileHash(path) }),
  plan: ({ args, current: { state, hash } }) => {
    if (state.type === "absent") return [fetch(args, undefined, hash)];
    if (state.type !== "file")
      throw new TaskRefusal(`${args.path} is a ${state.type}, not a file`, "name another path");
    return hash === args.sha256 ? ownPath(args, state) : [fetch(args, state, hash)];
  },
});

function fetch(args: Arguments, state: ExistingPath | undefined, hash: string | undefined): Step {
  const { path, sha256, mode, owner, group, env } = args;
  return run(fetchAndRename(args), {
    env,
    changes: [change("sha256", hash, sha256), ...ownershipChanges(state, args)],
    effects: [...existsAfterwards(path, { type: "file", mode, owner, group }), predict(fileHash(path), sha256)],
    touches: [pathFootprint(path)],
  });
}

/** The file is whole, verified, owned and on the disk before rename(2) puts it in its place. */
const fetchAndRename = (args: Arguments): Command => sh`# download ${args.url} to ${args.path}
set -eu
${privatePlace(dirname(args.path))}
t=$w/file
${fetchScript(args.url, args.sha256)}
chown ${`${args.owner}:${args.group}`} "$t"
chmod 0${args.mode} "$t"
sync -- "$t"
mv -fT -- "$t" ${args.path}
sync -- "$d"`;
