import type { ControlMachine } from "../define/control-machine.ts";
import { quote } from "../define/quote.ts";
import type { FetchStep } from "../define/step.ts";
import type { Failure } from "../report/event.ts";
import { LinkLostError, type Script, type ScriptResult } from "../transport/transport.ts";
import { decode, outputTail } from "./script-output.ts";
import { showStep } from "./show-step.ts";

/** A piece is held in memory, and has its own deadline: so a slow link may take as long as it must. */
const CHUNK_BYTES = 4 << 20;
const CHUNK_MS = 300_000;

type Send = (script: Script) => Promise<ScriptResult>;

/**
 * Brings a file of a host here, piece by piece, and gives the reason when that failed. Its size and hash are taken first: a file
 * that is another by the time it has come is not kept. Throws LinkLostError.
 */
export function fetchToHere(
  step: FetchStep,
  here: ControlMachine,
  timeoutMs: number,
  send: Send,
): Promise<Failure | undefined> {
  return failureOf(showStep(step), async () => {
    if (typeof step.to !== "string") throw new Error(`ref ${step.to.label} reached a step unresolved`);
    const path = quote(step.path);
    const told = await output(send, `wc -c <${path} && sha256sum <${path}`, timeoutMs, 4096);
    const [, size, sha256] = /^\s*(\d+)\s+([0-9a-f]{64})\b/.exec(decode(told)) ?? [];
    if (size === undefined || sha256 === undefined) throw new Error(`${step.path}: its size and hash make no sense`);
    const sizeBytes = Number(size);
    await here.receive(step.to, { sizeBytes, sha256, chunks: chunksOf(path, sizeBytes, send) });
  });
}

/** What an attempt failed with; a lost link is for others to deal with. */
export async function failureOf(command: string, attempt: () => Promise<void>): Promise<Failure | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (error instanceof LinkLostError) throw error;
    return { message: error instanceof Error ? error.message : String(error), command };
  }
}

async function* chunksOf(path: string, sizeBytes: number, send: Send): AsyncGenerator<Uint8Array> {
  for (let n = 0; n * CHUNK_BYTES < sizeBytes; n++) {
    const text = `dd if=${path} bs=${CHUNK_BYTES} skip=${n} count=1 2>/dev/null`;
    // Of what is kept half is from the beginning: twice the piece is the whole of it.
    yield await output(send, text, CHUNK_MS, 2 * CHUNK_BYTES);
  }
}

async function output(send: Send, text: string, timeoutMs: number, capBytes: number): Promise<Uint8Array> {
  const result = await send({ text, timeoutMs, capBytes, stopOnFailure: true });
  if (result.exitCode === 0 && !result.timedOut) return result.stdout;
  throw new Error(
    result.timedOut ? "the host did not send it in time" : outputTail(result) || `exit code ${result.exitCode}`,
  );
}
