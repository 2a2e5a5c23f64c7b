/** Something wrong that a person gave, and what must be said about it. */
export interface BadInput {
  /** Files of the project; those that are not named are good ones. `PORT` stands for that of a server which counts who comes. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly prepare?: (folder: string) => Promise<unknown>;
  /** The command line; a good one by default. */
  readonly args?: readonly string[];
  /** What the message must say: code or cause, place, and what to do. */
  readonly says: readonly (string | RegExp)[];
}

/** By a name that completes "when there is ...". */
export type BadInputs = Readonly<Record<string, BadInput>>;

/** A command line with nothing wrong. */
export const goodArguments = ["shell.ts", "-i", "hosts.yaml"];

/** An inventory with nothing wrong but what is added. */
export const goodHosts = (vars = "", host = ""): string =>
  `all:\n  vars: {${vars}}\n  hosts:\n    one: { ansible_host: 127.0.0.1, ansible_port: PORT${host} }\n`;

/** A message that says what to do. */
export const fix = /Fix: \S/;
