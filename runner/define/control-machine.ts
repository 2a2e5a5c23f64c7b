import type { Secret } from "./secret.ts";

/** The machine that ts-play runs on, as far as values for hosts are kept and made there. Relative paths start at the working directory. */
export interface ControlMachine {
  /** The text of a file; undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** The text of a file that only its owner may read, without its last line break. Throws InputError when there is none. */
  readSecret(path: string): Promise<Secret>;
  /** Writes a new file as a whole, with its folder; false when there is one already, which is left as it is. */
  create(path: string, text: string, mode: number): Promise<boolean>;
  /** An environment variable; undefined when it is not set or empty. */
  variable(name: string): Secret | undefined;
  /** A secret that a person types; undefined where there is no terminal. */
  ask(question: string): Promise<Secret | undefined>;
}
