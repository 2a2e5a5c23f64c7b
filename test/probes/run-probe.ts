import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { commandText } from "../../runner/define/command.ts";
import type { CommandResult, Probe, ProbeKind } from "../../runner/define/probe.ts";

/** How a probe's script is run: by which shell, and with which programs in reach. */
export interface Shell {
  readonly name: string;
  readonly command: readonly string[];
  /** Programs come from busybox instead of GNU. */
  readonly busybox?: boolean;
}

export const shells: readonly Shell[] = [
  { name: "dash", command: ["dash"] },
  { name: "bash", command: ["bash"] },
  { name: "busybox", command: ["busybox", "ash"], busybox: true },
];

/** Asks this machine, as the engine would ask a host. */
export function runProbe<T>(probe: Probe<T>, shell: Shell = shells[0]!): T {
  return runVector(probe.kind as unknown as ProbeKind<unknown, T>, [probe.argument], shell)[0]!;
}

/** Asks one question about many things at once. */
export function runVector<A, T>(kind: ProbeKind<A, T>, args: readonly A[], shell: Shell = shells[0]!): readonly T[] {
  return kind.parse(
    runScript(
      commandText(kind.command(args), () => ""),
      shell,
    ),
    args,
  );
}

/** Runs a script the way a session does: `/`, umask 077, the C locale, no standard input unless given. */
export function runScript(
  text: string,
  shell: Shell = shells[0]!,
  options: { readonly stdin?: Uint8Array; readonly env?: Readonly<Record<string, string>> } = {},
): CommandResult {
  const folder = temporaryFolder();
  const script = join(folder, "script");
  writeFileSync(script, `umask 077\n${text}`);
  const [program, ...words] = shell.command;
  const path = shell.busybox ? busyboxPrograms(folder) : process.env.PATH;
  const { stdout, stderr, status } = spawnSync(`/usr/bin/${program!}`, [...words, script], {
    cwd: "/",
    env: { LC_ALL: "C", PATH: path, ...options.env },
    input: options.stdin ?? "",
    maxBuffer: 1 << 28,
    timeout: 60_000,
    encoding: "utf8",
  });
  return { stdout, stderr, exitCode: status ?? -1 };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ts-play-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const PROGRAMS =
  "stat sha256sum base64 head mktemp mv ln rm cp mkdir chmod chown cat tar find sync readlink wget nc timeout gzip xz wc sort uniq";

function busyboxPrograms(folder: string): string {
  for (const name of PROGRAMS.split(" ")) symlinkSync("/usr/bin/busybox", join(folder, name));
  return folder;
}
