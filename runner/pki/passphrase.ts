import { z } from "zod";
import type { ControlMachine } from "../define/control-machine.ts";
import { reveal, Secret, secretText } from "../define/secret.ts";
import { InputError } from "../errors.ts";

/** Where a passphrase comes from; what is given is tried in this order. */
export const passphraseSource = z.union([
  secretText(),
  z.strictObject({
    variable: z.string().min(1).optional().describe("environment variable of the control machine"),
    file: z.string().min(1).optional().describe("file of the control machine that only its owner can read"),
    prompt: z.string().min(1).optional().describe("what a person at the terminal is asked for"),
  }),
]);

export type PassphraseSource = z.output<typeof passphraseSource>;

/** Shorter ones can be guessed, whatever is done to slow guessing down. */
const MIN_LENGTH = 12;

/** The passphrase of an authority. Throws InputError when none is to be had, or it is too short. */
export async function passphraseFrom(source: PassphraseSource, name: string, here: ControlMachine): Promise<Secret> {
  const found = source instanceof Secret ? source : await lookFor(source, name, here);
  if (reveal(found).length < MIN_LENGTH) {
    throw new InputError({
      code: "PKI002",
      message: `the passphrase of the authority ${name} has fewer than ${MIN_LENGTH} characters`,
      fix: "take a longer one: who has the key's file can try a great many",
    });
  }
  return found;
}

type Places = Exclude<PassphraseSource, Secret>;

async function lookFor(places: Places, name: string, here: ControlMachine): Promise<Secret> {
  const { variable, file, prompt } = places;
  const set = variable === undefined ? undefined : here.variable(variable);
  if (set) return set;
  if (file !== undefined) return here.readSecret(file);
  const typed = prompt === undefined ? undefined : await here.ask(prompt);
  if (typed) return typed;
  throw new InputError({
    code: "PKI002",
    message: `the passphrase of the authority ${name} is not known`,
    fix: waysToTell(places),
  });
}

function waysToTell({ variable, prompt }: Places): string {
  const ways = [
    ...(variable === undefined ? [] : [`set the environment variable ${variable}`]),
    ...(prompt === undefined ? [] : ["run it at a terminal, to be asked"]),
  ];
  return ways.join(", or ") || "name a variable, a file or a prompt";
}
