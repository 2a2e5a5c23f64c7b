import { basename, dirname } from "node:path/posix";
import { type Command, commandText } from "../define/command.ts";
import { contentBytes, contentSize, type KnownContent } from "../define/content.ts";
import { LocalFile } from "../define/local-file.ts";
import { quote } from "../define/quote.ts";
import { Ref } from "../define/ref.ts";
import { reveal, Secret } from "../define/secret.ts";
import type { RemoveStep, RunStep, ScriptedStep, WaitStep, WriteStep } from "../define/step.ts";
import type { Bytes, Script } from "../transport/transport.ts";

const CAP_BYTES = 1 << 20;

/** A step as the script that takes it. Refs must have been resolved before. */
export function stepScript(step: ScriptedStep, timeoutMs: number): Script {
  const text = scriptText(step);
  const limits = {
    timeoutMs: step.kind === "wait" ? step.timeoutMs : timeoutMs,
    capBytes: CAP_BYTES,
    stopOnFailure: true,
  };
  if (step.kind === "run")
    return {
      text,
      ...limits,
      env: plainEnv(step.env),
      ...(step.stdin === undefined ? {} : { stdin: bytesOf(step.stdin) }),
    };
  return step.kind === "write" ? { text, ...limits, stdin: bytesOf(step.content) } : { text, ...limits };
}

function scriptText(step: ScriptedStep): string {
  switch (step.kind) {
    case "run":
      return runText(step);
    case "write":
      return writeText(step);
    case "remove":
      return removeText(step);
    case "wait":
      return waitText(step);
  }
}

/** A session runs with umask 077, under which a package manager would install what nobody can read. */
const runText = ({ command }: RunStep): string => `umask 022\n${plainText(command)}`;

/** A folder goes without what is mounted in it, where rm can tell; busybox has no such option. */
const removeText = ({ path, recursive }: RemoveStep): string =>
  recursive
    ? `o=--one-file-system; rm -f "$o" -- '' 2>/dev/null || o=-f\nrm -rf "$o" -- ${quote(path)}`
    : `rm -f -- ${quote(path)}`;

const waitText = ({ until, intervalMs }: WaitStep): string =>
  `until ( ${plainText(until)}\n) >/dev/null 2>&1; do sleep ${(intervalMs / 1000).toFixed(3)}; done`;

/**
 * Old or new content, never a mixture and never wider rights in between: private folder beside the target, content, size
 * (a cut link shows as a short file), owner before mode (chown clears the set-id bits), validator, fsync, rename(2), fsync of
 * the folder. The private folder keeps the file's own name, because validators look at it; its name is known before it is
 * there, so that no signal leaves it behind (dash does not run the EXIT trap when a signal ends it; PIPE, because dash wants to tell of
 * a child that a signal ended). A run whose host lost its power may have left one, which goes first.
 */
function writeText({ path, content, mode, owner, group, validate, backup }: WriteStep): string {
  const folder = dirname(path);
  const lines = [
    "set -eu",
    `f=${quote(path)} d=${quote(folder)}`,
    `for o in "\${d%/}"/.ts-play-*; do [ ! -e "$o" ] || rm -rf -- "$o"; done`,
    `w=$(mktemp -du -- "\${d%/}/.ts-play-XXXXXXXXXX")`,
    `trap 'rm -rf -- "$w"' EXIT`,
    "trap 'exit 143' HUP INT PIPE TERM",
    `mkdir -m 700 -- "$w"`,
    `t=$w/${quote(basename(path))}`,
    `cat >"$t"`,
    `[ "$(wc -c <"$t")" -eq ${contentSize(known(content))} ] || { echo "the content did not arrive whole" >&2; exit 74; }`,
    `chown -- ${quote(`${owner}:${group}`)} "$t"`,
    `chmod -- ${mode} "$t"`,
    ...(validate
      ? [
          `( ${plainText(validate)}\n) >&2 || { c=$?; echo "the new content was refused by its validator; the old file stays" >&2; exit "$c"; }`,
        ]
      : []),
    ...(backup ? [`[ ! -e "$f" ] || cp -p -- "$f" "$f.$(date -u +%Y%m%dT%H%M%SZ).bak"`] : []),
    `sync -- "$t"`,
    `mv -fT -- "$t" "$f"`,
    `sync -- "$d"`,
  ];
  return lines.join("\n");
}

const plainText = (command: Command): string => commandText(command, unresolved, { file: '"$t"' });

const known = (content: WriteStep["content"]): KnownContent => (content instanceof Ref ? unresolved(content) : content);

function bytesOf(given: WriteStep["content"]): Bytes {
  const content = known(given);
  if (!(content instanceof LocalFile)) return contentBytes(content);
  const { path, sizeBytes, offset } = content;
  return { file: path, sizeBytes, offset };
}

const plainEnv = (env: RunStep["env"]): Record<string, string> =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, plainValue(value)]));

function plainValue(value: RunStep["env"][string]): string {
  if (value instanceof Ref) return unresolved(value);
  return value instanceof Secret ? reveal(value) : value;
}

function unresolved(ref: Ref<unknown>): never {
  throw new Error(`ref ${ref.label} reached a script unresolved`);
}
