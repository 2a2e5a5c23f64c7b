import { posixQuote } from "../posix-quote.ts";
import type { Script } from "../transport.ts";

/** The shell text that a worker evaluates to run these scripts in order; the input of the first `sentAhead` scripts comes with it. */
export const bundleProgram = (scripts: readonly Script[], sentAhead: number): string =>
  [...scripts.map((script, index) => call(script, index, index < sentAhead)), `z ${scripts.length}`].join("\n");

/** Size in bytes of what a script reads from standard input. */
export const inputBytes = ({ stdin }: Script): number => {
  if (!stdin) return 0;
  return stdin instanceof Uint8Array ? stdin.byteLength : stdin.sizeBytes;
};

const call = (script: Script, index: number, ahead: boolean): string => {
  const seconds = Math.max(1, Math.ceil(script.timeoutMs / 1000));
  const bytes = inputBytes(script);
  const numbers = [index, seconds, script.stopOnFailure ? 1 : 0, bytes, ahead ? bytes : 0];
  return `E=${environment(script.env)}\ns ${numbers.join(" ")} ${posixQuote(script.text)}`;
};

// Quoted twice: once for the worker that reads the program, once for the `export` that the script's own process evaluates.
const environment = (env: Script["env"]): string =>
  posixQuote(
    Object.entries(env ?? {})
      .map(([name, value]) => `${variableName(name)}=${posixQuote(value)}`)
      .join(" "),
  );

const variableName = (name: string): string => {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw new Error(`${JSON.stringify(name)} is not the name of an environment variable`);
};
