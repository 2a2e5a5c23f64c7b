import { InputError } from "../errors.ts";
import type { Flag } from "./flag.ts";

/** How a flag reads its text. */
type Reading = Pick<Flag, "read" | "repeatable" | "choices">;

/** Every time it is given counts. */
export const collected: Reading = {
  repeatable: true,
  read: (text, before) => [...((before as readonly string[] | undefined) ?? []), text],
};

/** Names with commas between them; more of them each time it is given. */
export const names: Reading = {
  repeatable: true,
  read: (text, before, flag) => {
    const found = text.split(",").map((name) => name.trim());
    if (found.includes("")) throw notAllowed(flag, "names with commas between them", text);
    return [...((before as readonly string[] | undefined) ?? []), ...found];
  },
};

/** How often it is given. */
export const counted: Reading = {
  repeatable: true,
  read: (_, before) => ((before as number | undefined) ?? 0) + 1,
};

export const wholeNumber = (lowest: number, highest: number): Reading => ({
  read: (text, _, flag) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= lowest && number <= highest) return number;
    throw notAllowed(flag, `a whole number from ${lowest} to ${highest}`, text);
  },
});

export const oneOf = (...words: readonly string[]): Reading => ({
  choices: words,
  read: (text, _, flag) => {
    if (words.includes(text)) return text;
    throw notAllowed(flag, `one of ${words.join(", ")}`, text);
  },
});

const notAllowed = (flag: string, wanted: string, text: string): InputError =>
  new InputError({ code: "CLI005", message: `${flag} takes ${wanted}, not ${JSON.stringify(text)}` });
