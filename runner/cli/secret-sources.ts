import { secret } from "../define/secret.ts";
import type { SecretSource } from "../define/secret-source.ts";
import { InputError } from "../errors.ts";
import type { AskSource } from "../inventory/secret-sources.ts";
import { ProgramFailure, programOutput } from "./program-output.ts";
import { askHere } from "./prompt.ts";

/** The environment, a program, a person: the first that has the secret. Throws InputError (VLT011) when it is needed and none has. */
export const askSources: AskSource = async (name, source, needed) => {
  const told: string[] = [];
  for (const [kind, look] of Object.entries(LOOKS)) {
    if (source[kind as keyof SecretSource] === undefined) continue;
    const found = await look(source);
    if ("text" in found) return { value: secret(found.text), from: found.from };
    told.push(found.why);
  }
  if (!needed) return undefined;
  throw new InputError({
    code: "VLT011",
    message: `no value for the secret "${name}": it is not in the inventory, ${told.join(", ")}`,
    fix: "give it in one of these ways",
  });
};

type Found = { readonly text: string; readonly from: string } | { readonly why: string };

const LOOKS: Readonly<Record<keyof SecretSource, (source: SecretSource) => Promise<Found>>> = {
  env: ({ env = "" }) => {
    const text = process.env[env];
    return Promise.resolve(text ? { text, from: `$${env}` } : { why: `${env} is not set` });
  },
  command: async ({ command }) => {
    const [file = "", ...args] = command ?? [];
    try {
      const text = (await programOutput(file, args)).replace(/\r?\n$/, "");
      return text === "" ? { why: `${file} prints nothing` } : { text, from: file };
    } catch (error) {
      if (!(error instanceof ProgramFailure)) throw error;
      return { why: `${file} failed (${error.message})` };
    }
  },
  ask: async ({ ask = "" }) => {
    const text = await askHere(ask);
    return text ? { text, from: "the terminal" } : { why: "nothing was typed" };
  },
};
