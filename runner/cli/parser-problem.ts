import { corrected, nearest } from "../define/nearest.ts";
import type { Problem } from "../errors.ts";
import { foreignFlag } from "./foreign-flags.ts";

/** The command whose words were not understood, and what it knows. */
export interface Understood {
  /** `ts-play plan` */
  readonly name: string;
  readonly flags: readonly string[];
  /** The commands of ts-play, and those below this one. */
  readonly commands: readonly string[];
  readonly words: readonly string[];
  /** How many words it takes. */
  readonly takes: number;
}

/** What the parser of the command line refused, in our words. `code` and `message` are the parser's. */
export function parserProblem(code: string, message: string, known: Understood): Problem {
  const word = /'([^']*)'/.exec(message)?.[1] ?? "";
  const help = `see ${known.name} --help`;
  switch (code) {
    case "commander.unknownOption":
      return unknownFlag(word, known.flags, help);
    case "commander.unknownCommand":
      return { code: "CLI001", ...corrected(`unknown command "${word}"`, nearest(word, known.commands), help) };
    case "commander.excessArguments":
      return surplus(known, help);
    case "commander.optionMissingArgument":
      return {
        code: "CLI003",
        message: `${longest(word)} is given no value`,
        fix: `write ${word.replace(/^-\w, /, "")}`,
      };
    case "commander.help":
      return { code: "CLI003", message: "no command was given", fix: `${known.name} <command>` };
    case "commander.missingArgument":
      return { code: "CLI003", message: `no <${word}> was given`, fix: help };
    default:
      return { code: "CLI001", message: message.replace(/^error: |\.$/g, ""), fix: help };
  }
}

/** Only the flag itself is repeated: its value may be secret. */
function unknownFlag(word: string, flags: readonly string[], help: string): Problem {
  const flag = word.startsWith("--") ? word.replace(/=.*$/s, "") : word.slice(0, 2);
  return (
    foreignFlag(flag) ?? {
      code: "CLI001",
      ...corrected(`unknown option "${flag}"`, flag.startsWith("--") ? nearest(flag, flags) : undefined, help),
    }
  );
}

function surplus({ name, commands, words, takes }: Understood, help: string): Problem {
  const [first = ""] = words;
  if (commands.includes(first))
    return { code: "CLI001", message: `"${first}" is a command`, fix: `write it first: ts-play ${first}` };
  const meant = name === "ts-play" ? nearest(first, commands) : undefined;
  if (meant !== undefined) return { code: "CLI001", ...corrected(`unknown command "${first}"`, meant, help) };
  return { code: "CLI001", message: `nothing is known to do with "${words[takes]}"`, fix: help };
}

const longest = (spelling: string): string => /--[a-z-]+/.exec(spelling)?.[0] ?? spelling;
