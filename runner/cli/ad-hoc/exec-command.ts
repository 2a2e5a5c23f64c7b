import { quote } from "../../define/quote.ts";
import { HostLink } from "../../engine/host-link.ts";
import { forEachLimited } from "../../engine/pool.ts";
import { ExitCode, InputError } from "../../errors.ts";
import type { Answer } from "../../report/answers/answer.ts";
import type { RunEvent } from "../../report/event.ts";
import { Journal } from "../../report/journal.ts";
import type { Script } from "../../transport/transport.ts";
import { type RunFlags, refuseContradictions } from "../flags.ts";
import { interruptSignal } from "../interrupts.ts";
import { publishRun, requireTargets } from "../publish.ts";
import { EventRecorder } from "../recorder.ts";
import { runId } from "../run-command.ts";
import { showableCommand } from "../showable-command.ts";
import { stateDirectory } from "../state-directory.ts";
import { transportsHere } from "../transports.ts";
import { version } from "../version.ts";
import { type AdHocSetup, setUpAdHoc } from "./ad-hoc-setup.ts";
import { askHost } from "./ask-host.ts";
import { answerEvents, execTask } from "./exec-events.ts";
import { type ExecFormat, type ExecOutput, execOutput } from "./exec-output.ts";

/** Of each of the two outputs of a host at most this much is kept, bytes: its first and its last half. */
const CAP_BYTES = 1 << 20;
const EXAMPLE = "ts-play exec -i hosts.yaml 'web:!web3' -- uptime";

export interface ExecFlags extends Omit<RunFlags, "output"> {
  readonly output: ExecFormat | undefined;
  /** Seconds after which the command is stopped on a host. */
  readonly commandTimeout: number;
}

/** `ts-play exec`: one command on many hosts at once. Gives the exit code: the worst that happened on any of them. */
export async function execCommand(pattern: string, words: readonly string[], given: ExecFlags): Promise<number> {
  if (words.length === 0) throw new InputError({ code: "CLI003", message: "no command was given", fix: EXAMPLE });
  const flags: RunFlags = { ...given, output: undefined };
  refuseContradictions(flags);
  await requireTargets(flags);
  const setup = await setUpAdHoc(pattern, flags, EXAMPLE);
  const command = commandText(words);
  const run = runId();
  const journal = await Journal.open(await stateDirectory(process.cwd()), run, setup.redactor);
  const recorder = new EventRecorder([], journal);
  recorder.emit(startEvent(setup, flags, run, command));
  await recorder.commit();
  let exitCode: number = ExitCode.interrupted;
  try {
    exitCode = await askAll(setup, given, command, recorder);
  } finally {
    recorder.emit({ type: "play-end", at: recorder.now(), play: 0 });
    recorder.emit({ type: "run-end", at: recorder.now(), exitCode, durationMs: recorder.now() });
    await recorder.close();
    await publishRun(journal.file, flags);
  }
  return exitCode;
}

/** One word is a line for the shell, as with ssh; several are one command and its arguments, each as it is. */
export const commandText = (words: readonly string[]): string =>
  words.length === 1 ? words[0]! : words.map(quote).join(" ");

/** Asks every host, tells and records what it says. Gives the exit code. */
async function askAll(
  { hosts, targetOf, redactor }: AdHocSetup,
  { forks, timeout, output: format = "grouped", commandTimeout }: ExecFlags,
  command: string,
  recorder: EventRecorder,
): Promise<number> {
  const output = execOutput(format, redactor, hosts.length);
  const interrupt = interruptSignal((line) => process.stderr.write(`${line}\n`));
  const transport = transportsHere(timeout);
  const answers = new Map<string, Answer>();
  const script: Script = { text: command, timeoutMs: commandTimeout * 1000, capBytes: CAP_BYTES, stopOnFailure: false };
  try {
    await forEachLimited(hosts, forks, async (host) => {
      recorder.emit({ type: "host-start", at: recorder.now(), play: 0, host, tasks: 1 });
      recorder.emit({ type: "task-start", at: recorder.now(), play: 0, host, tasks: [execTask(command)] });
      const link = new HostLink(transport, targetOf(host), interrupt.signal);
      const answer = await askHost(host, link, { ...script, ...heard(output, host) }, interrupt.signal);
      answers.set(host, answer);
      for (const event of answerEvents(answer, command, recorder.now())) recorder.emit(event);
      await recorder.commit();
      output.ended(answer);
    });
  } finally {
    interrupt.release();
    await transport.close();
  }
  const all = hosts.flatMap((host) => answers.get(host) ?? []);
  output.close(all, recorder.now());
  return interrupt.signal.aborted ? ExitCode.interrupted : exitCodeOf(all);
}

function exitCodeOf(answers: readonly Answer[]): number {
  const states = new Set(answers.map(({ state }) => state));
  if (states.has("unreachable") || states.has("unknown")) return ExitCode.unreachable;
  return states.has("failed") ? ExitCode.taskFailed : ExitCode.done;
}

const heard = ({ hear }: ExecOutput, host: string): Pick<Script, "onOutput"> => (hear ? { onOutput: hear(host) } : {});

function startEvent({ hosts }: AdHocSetup, flags: RunFlags, run: string, command: string): RunEvent {
  return {
    type: "run-start",
    at: 0,
    run,
    startedAt: new Date().toISOString(),
    playbook: `exec ${command}`,
    inventory: flags.inventory,
    mode: "exec",
    plays: [{ play: 0, title: command, hosts }],
    version,
    command: showableCommand(process.argv.slice(2), new Set()),
  };
}
