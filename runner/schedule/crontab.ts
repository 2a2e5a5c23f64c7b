import { quote } from "../define/quote.ts";
import { HAPPENED, type Schedule } from "./schedule.ts";
import { shellLine } from "./shell-line.ts";
import type { Program } from "./systemd-units.ts";

const KILL_AFTER_SECONDS = 60;

/** Lines of crontab(5): cron mails what they print, and that is only what went wrong. */
export function crontab(schedule: Schedule, program: Program): string {
  const { name, at, folder } = schedule;
  return `# ts-play: ${name}. cron mails to MAILTO what this prints: drift that was found, or why it did not happen.
${at.cron} cd ${escaped(quote(folder))} && mkdir -p .ts-play && ${escaped(guarded(schedule, program))}
`;
}

/** One at a time, late by chance, at most for its time; silent when nothing is to be told. */
function guarded({ name, command, ...rest }: Schedule, program: Program): string {
  const line = shellLine(program, command, (wanted) => rest.credentials.find((one) => one.name === wanted)?.file ?? "");
  const { delaySeconds, deadlineSeconds, environmentFiles } = rest;
  const work = [
    ...environmentFiles.flatMap((file) => ["set -a", `. ${quote(file)}`, "set +a"]),
    `sleep "$(shuf -n 1 -i 0-${delaySeconds})"`,
    `o=$(timeout -k ${KILL_AFTER_SECONDS} ${deadlineSeconds} ${line} 2>&1)`,
    "c=$?",
    '[ "$c" -eq 0 ] || printf "%s\\n" "$o"',
    `case $c in ${HAPPENED.join(" | ")}) exit 0 ;; esac`,
    `echo ${quote(`ts-play: ${name} did not happen, exit code`)} "$c"`,
    'exit "$c"',
  ].join("; ");
  return `flock -n .ts-play/${name}.lock sh -c ${quote(work)}`;
}

/** cron ends a command at the first `%`. */
const escaped = (text: string): string => text.replaceAll("%", "\\%");
