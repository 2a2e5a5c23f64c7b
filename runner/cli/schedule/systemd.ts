import { type ExecFileException, execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../errors.ts";

const DEADLINE_MS = 60_000;

const isRoot = process.getuid?.() === 0;

/** Where the units of this user live: the system's for root, else the user's own. */
export const unitFolder: string = isRoot
  ? "/etc/systemd/system"
  : join(process.env.XDG_CONFIG_HOME || join(homedir(), ".config"), "systemd/user");

/** Where schedules and how they went are kept. */
export const scheduleFolder: string = isRoot
  ? "/var/lib/ts-play/schedules"
  : join(process.env.XDG_STATE_HOME || join(homedir(), ".local/state"), "ts-play/schedules");

/** `systemctl`, of the system or of the user. Throws InputError with what it says. */
export const systemctl = (...args: readonly string[]): Promise<string> =>
  said("systemctl", isRoot ? args : ["--user", ...args]);

/** `systemd-analyze`, in UTC. Throws InputError with what it says. */
export const systemdAnalyze = (...args: readonly string[]): Promise<string> => said("systemd-analyze", args);

function said(program: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC", SYSTEMD_COLORS: "0", SYSTEMD_PAGER: "cat" };
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { env, timeout: DEADLINE_MS, killSignal: "SIGKILL" }, (error, stdout, stderr) => {
      if (error) reject(refusal(program, args, stderr, error));
      else resolve(stdout + (program === "systemd-analyze" && args[0] === "verify" ? stderr : ""));
    });
  });
}

function refusal(program: string, args: readonly string[], stderr: string, error: ExecFileException): InputError {
  const missing = error.code === "ENOENT";
  const verb = args.find((word) => !word.startsWith("-"));
  const cause = missing ? `${program} is not installed` : `${program} ${verb}: ${stderr.trim() || error.message}`;
  return new InputError({
    code: "SCH005",
    message: cause,
    fix: missing ? "print it for another keeper of time: --print crontab" : "correct what systemd says",
  });
}
