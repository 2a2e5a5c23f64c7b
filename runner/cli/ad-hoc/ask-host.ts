import type { HostLink } from "../../engine/host-link.ts";
import { stopFor } from "../../engine/outcome.ts";
import { decode } from "../../engine/script-output.ts";
import type { Answer } from "../../report/answers/answer.ts";
import { LinkLostError, type Script, type ScriptResult } from "../../transport/transport.ts";

const silent = { stdout: "", stderr: "", droppedBytes: 0 };

/** Runs a script on a host and gives what became of it; never throws. An interruption ends the link, and with it what runs there. */
export async function askHost(host: string, link: HostLink, script: Script, signal: AbortSignal): Promise<Answer> {
  const startedAt = performance.now();
  const took = () => performance.now() - startedAt;
  if (signal.aborted) return { ...silent, host, state: "skipped", durationMs: 0 };
  const leave = () => void link.close();
  signal.addEventListener("abort", leave);
  try {
    const session = await link.session();
    const [result] = await session.run([script]);
    return { ...answerOf(result!), host, durationMs: took() };
  } catch (error) {
    return { ...silent, host, ...troubleOf(error, signal), durationMs: took() };
  } finally {
    signal.removeEventListener("abort", leave);
    await link.close();
  }
}

function answerOf(result: ScriptResult): Omit<Answer, "host" | "durationMs"> {
  const { exitCode, timedOut, droppedBytes, durationMs } = result;
  const said = { exitCode, droppedBytes, stdout: decode(result.stdout), stderr: decode(result.stderr) };
  if (timedOut)
    return {
      ...said,
      state: "failed",
      failure: {
        message: `did not end within ${Math.round(durationMs / 1000)} s, and was stopped with all that it started`,
        fix: "--command-timeout <seconds> gives it longer",
      },
    };
  if (exitCode === 0) return { ...said, state: "ok" };
  return { ...said, state: "failed", failure: { message: `exit code ${exitCode}` } };
}

function troubleOf(error: unknown, { aborted }: AbortSignal): Pick<Answer, "state" | "failure"> {
  if (error instanceof LinkLostError)
    return {
      state: "unknown",
      failure: {
        message: aborted ? "interrupted while it ran" : `the link was lost while it ran: ${error.message}`,
        fix: "look at the host: it may have done a part of it, or all",
      },
    };
  const { state, failure } = stopFor(error);
  return { state: state === "failed" || state === "skipped" ? state : "unreachable", failure };
}
