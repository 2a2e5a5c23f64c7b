import { sh } from "../define/command.ts";
import { type CommandResult, defineVectorProbe } from "../define/probe.ts";
import { inBatches } from "./path-batches.ts";
import { unexpectedErrors } from "./path-errors.ts";
import { pathFootprint } from "./path-footprint.ts";

export type FileType = "file" | "directory" | "symlink" | "fifo" | "socket" | "device";

/** Something that is there. A symbolic link is described itself, not what it points to. */
export interface ExistingPath {
  readonly type: FileType;
  /** Four octal digits. */
  readonly mode: string;
  /** Names; the number where the host has no name for it. */
  readonly owner: string;
  readonly group: string;
  /** Undefined in a prediction. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Bytes, of files only. */
  readonly size?: number | undefined;
  /** What a symbolic link points to, as it is written in the link. */
  readonly target?: string | undefined;
}

export type PathState = { readonly type: "absent" } | ExistingPath;

/** What is at a path: type, mode, owner, group, size, link target; `{ type: "absent" }` when there is nothing. */
export const pathState = defineVectorProbe({
  name: "pathState",
  summary: "What is at a path: type, mode, owner, group, size, link target.",
  command: (paths: readonly string[]) => inBatches(paths, statCommand),
  parse: (result, paths): readonly PathState[] => {
    const found = parseStat(result);
    return paths.map((path) => found.get(path) ?? { type: "absent" });
  },
  looksAt: (path) => [pathFootprint(path)],
  bare: (): PathState => ({ type: "absent" }),
});

/** A name can hold no colon (passwd(5)), so the path comes last; `%N` repeats it and adds the link's target. */
const FORMAT = "%f:%u:%g:%s:%U:%G:%n\n%N";

// GNU stat writes %N raw only when it is told so; busybox always writes '<name>' -> '<target>'.
const statCommand = (paths: readonly string[]) => sh`QUOTING_STYLE=literal stat -c ${FORMAT} -- ${paths}`;

function parseStat({ stdout, stderr }: CommandResult): ReadonlyMap<string, PathState> {
  const [problem] = unexpectedErrors(stderr);
  if (problem !== undefined) throw new Error(problem);
  const found = new Map<string, PathState>();
  const lines = stdout.split("\n");
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [path, state] = parseRecord(lines[i]!, lines[i + 1]!);
    found.set(path, state);
  }
  return found;
}

const RECORD = /^([0-9a-f]+):(\d+):(\d+):(\d+):([^:]*):([^:]*):(\/.*)$/;

function parseRecord(line: string, named: string): readonly [string, PathState] {
  const fields = RECORD.exec(line);
  if (fields === null) throw new Error(`stat answered with an unexpected line: ${line}`);
  const [, hex = "", uid = "", gid = "", size = "", owner = "", group = "", path = ""] = fields;
  const bits = Number.parseInt(hex, 16);
  const type = typeOf(bits);
  const state = {
    type,
    mode: (bits & 0o7777).toString(8).padStart(4, "0"),
    owner: nameOr(owner, uid),
    group: nameOr(group, gid),
    uid: Number(uid),
    gid: Number(gid),
    ...(type === "file" && { size: Number(size) }),
    ...(type === "symlink" && { target: linkTarget(path, named, Number(size)) }),
  };
  return [path, state];
}

/** Bits of st_mode, inode(7). */
const TYPES: ReadonlyMap<number, FileType> = new Map([
  [0o100000, "file"],
  [0o040000, "directory"],
  [0o120000, "symlink"],
  [0o010000, "fifo"],
  [0o140000, "socket"],
]);

const typeOf = (bits: number): FileType => TYPES.get(bits & 0o170000) ?? "device";

/** Both stat programs write UNKNOWN where passwd or group has no entry. */
const nameOr = (name: string, id: string): string => (name === "UNKNOWN" ? id : name);

/**
 * The size of a link is the length of its target (inode(7)). Where they differ, the target holds a line break, and what
 * follows it could be made to look like the state of another path.
 */
function linkTarget(path: string, named: string, size: number): string {
  const quoted = `'${path}' -> '`;
  const plain = named.startsWith(quoted) ? named.slice(quoted.length, -1) : named.slice(`${path} -> `.length);
  if (size !== 0 && Buffer.byteLength(plain) !== size) {
    throw new Error(`the symbolic link ${path} points to a name with a line break or with bytes that are not UTF-8`);
  }
  return plain;
}
