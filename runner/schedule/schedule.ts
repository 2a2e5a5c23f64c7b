/** A command of ts-play that is given again and again, without anybody at the terminal. */
export interface Schedule {
  /** Letters, digits and dashes: part of the names of units and files. */
  readonly name: string;
  /** The words after `ts-play`. */
  readonly command: readonly string[];
  /** Where it is given: paths in it may be relative to this. */
  readonly folder: string;
  readonly at: When;
  /** It starts up to so many seconds late, by chance, so that many machines do not start at once. */
  readonly delaySeconds: number;
  /** After so many seconds it is ended. */
  readonly deadlineSeconds: number;
  /** Files with `NAME=value` lines, for what must not stand in a unit. */
  readonly environmentFiles: readonly string[];
  /** Files that only this command may read, by the names it knows them by. */
  readonly credentials: readonly Credential[];
}

export interface Credential {
  readonly name: string;
  readonly file: string;
}

/** The same moments in the words of those who keep time; one that cannot say it has none. */
export interface When {
  /** As it was written. */
  readonly text: string;
  /** OnCalendar= of systemd.timer(5). */
  readonly calendar?: string | undefined;
  /** The five fields of crontab(5). */
  readonly cron?: string | undefined;
}

/** Exit codes of a command that did what it was asked: done, or drift was found and told. */
export const HAPPENED: readonly number[] = [0, 2];
