import { makeProgram } from "../program.ts";
import { forBash, readBashLine } from "./bash-line.ts";
import { type Candidate, candidates } from "./candidates.ts";

/** Longer than this nobody waits for a word, ms. */
const DEADLINE_MS = 5000;

/**
 * What the scripts of `ts-play completion` ask: `bash LINE BREAKS`, or `zsh WORD...`, `fish WORD...`. Prints a candidate
 * a line, for the latter two with what it is about after a tab.
 */
export async function completeCommand([shell = "", ...given]: readonly string[]): Promise<void> {
  const write = process.stdout.write.bind(process.stdout);
  // What a playbook prints while it is loaded is no candidate.
  process.stdout.write = () => true;
  setTimeout(() => process.exit(0), DEADLINE_MS).unref();
  const program = makeProgram(() => undefined);
  const [line = "", breaks = ""] = given;
  const bash = shell === "bash" ? readBashLine(line, breaks) : undefined;
  const found = await candidates(program, bash ? bash.words.slice(1) : given);
  write(found.map((one) => (bash ? `${forBash(one, bash)}\n` : withAbout(one))).join(""));
}

const withAbout = ({ value, about = "" }: Candidate): string => `${value}\t${about.replaceAll(/\s+/g, " ")}\n`;
