import { commandText } from "../define/command.ts";
import type { CommandResult, Probe, ProbeKind } from "../define/probe.ts";
import type { Ref } from "../define/ref.ts";
import type { Script, ScriptResult } from "../transport/transport.ts";
import { ProbeFailure } from "./action.ts";
import { decode, outputTail } from "./script-output.ts";

const CAP_BYTES = 8 << 20;
/** Longest script text of one probe script; many arguments are spread over several. */
const MAX_TEXT = 90_000;

/** Some probes of one kind, asked by one script. */
export interface ProbeCall {
  readonly kind: ProbeKind<unknown, unknown>;
  readonly probes: readonly Probe<unknown>[];
}

/** Puts probes of one kind together where the kind can answer many at once; equal probes are asked once. */
export function probeCalls(probes: readonly Probe<unknown>[]): readonly ProbeCall[] {
  const byKind = new Map<ProbeKind<unknown, unknown>, Map<string, Probe<unknown>>>();
  for (const probe of probes) {
    const kind = probe.kind as ProbeKind<unknown, unknown>;
    const same = byKind.get(kind) ?? new Map<string, Probe<unknown>>();
    byKind.set(kind, same.set(probe.key, probe));
  }
  return [...byKind].flatMap(([kind, unique]) =>
    chunks(kind, [...unique.values()]).map((some) => ({ kind, probes: some })),
  );
}

function chunks(
  kind: ProbeKind<unknown, unknown>,
  probes: readonly Probe<unknown>[],
): readonly (readonly Probe<unknown>[])[] {
  if (!kind.vector) return probes.map((probe) => [probe]);
  const found: Probe<unknown>[][] = [];
  let room = 0;
  for (const probe of probes) {
    const size = probe.key.length * 2 + 16;
    if (room < size) {
      found.push([]);
      room = MAX_TEXT;
    }
    found.at(-1)!.push(probe);
    room -= size;
  }
  return found;
}

/** The script of a call. Probes hold no refs: what a host is asked never depends on another host. */
export const probeScript = ({ kind, probes }: ProbeCall): Script => ({
  text: commandText(kind.command(probes.map(({ argument }) => argument)), refuseRef),
  timeoutMs: kind.timeoutMs,
  capBytes: CAP_BYTES,
  stopOnFailure: false,
});

/** The answers of a call, in the order of its probes. */
export function probeAnswers({ kind, probes }: ProbeCall, result: ScriptResult): readonly unknown[] {
  const problem = unusable(result);
  if (problem) return probes.map(() => probeFailure(kind, problem, result));
  const output: CommandResult = {
    stdout: decode(result.stdout),
    stderr: decode(result.stderr),
    exitCode: result.exitCode ?? -1,
  };
  try {
    return kind.parse(
      output,
      probes.map(({ argument }) => argument),
    );
  } catch (error) {
    return probes.map(() => probeFailure(kind, error instanceof Error ? error.message : String(error), result));
  }
}

function unusable({ exitCode, timedOut, droppedBytes }: ScriptResult): string | undefined {
  if (timedOut) return "no answer in time";
  if (exitCode === undefined) return "not asked";
  return droppedBytes > 0 ? `the answer is longer than ${CAP_BYTES} bytes` : undefined;
}

const probeFailure = (kind: ProbeKind<unknown, unknown>, message: string, result: ScriptResult) =>
  new ProbeFailure({
    message: `probe ${kind.kindName} failed: ${message}`,
    exitCode: result.exitCode,
    output: outputTail(result),
  });

function refuseRef({ label }: Ref<string>): never {
  throw new Error(`a probe cannot hold an output of another host (${label})`);
}
