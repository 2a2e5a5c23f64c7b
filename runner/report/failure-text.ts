import type { Failure } from "./event.ts";
import type { Paint } from "./paint.ts";
import { oneLine, sanitize } from "./sanitize.ts";

/** A failure in full under its heading: command, exit code, what the host printed (each line behind its name), what to do. */
export function failureLines(failure: Failure, host: string, paint: Paint): string[] {
  const [, ...rest] = sanitize(failure.message).split("\n");
  return [
    ...quoted(rest.join("\n"), host, paint),
    ...named("command", failure.command, paint),
    ...named("exit", failure.exitCode?.toString(), paint),
    ...quoted(failure.output, host, paint),
    ...quoted(failure.stack, host, paint),
    ...named("fix", failure.fix, paint),
  ];
}

/** The cause on one line; lines after the first are printed by `failureLines`. */
export const failureCause = ({ message }: Failure): string => oneLine(sanitize(message).split("\n")[0] ?? "");

/** Text from a host, every line behind the host's name: it can never pass for a line of ours. */
export function quoted(text: string | undefined, host: string, paint: Paint): string[] {
  if (text === undefined || text.trim() === "") return [];
  const lines = sanitize(text).trimEnd().split("\n");
  return lines.map((line) => `    ${paint("quiet", `${host} |`)} ${line}`);
}

const named = (name: string, value: string | undefined, paint: Paint): string[] =>
  value === undefined || value === "" ? [] : [`    ${paint("quiet", `${name}:`.padEnd(9))}${oneLine(value)}`];
