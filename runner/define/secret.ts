import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { z } from "zod";

const MASK = "***";
const values = new WeakMap<Secret, string>();
const ingredients = new WeakMap<Secret, readonly Secret[]>();

/** Text that cannot be printed, put into JSON, interpolated or compared by accident; only the engine reveals it. */
export class Secret {
  constructor(text: string) {
    values.set(this, text);
    Object.freeze(this);
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/** Wraps text as a Secret. */
export const secret = (text: string): Secret => new Secret(text);

/** A secret whose text becomes known later, and what makes it known. */
export function secretLater(): readonly [Secret, (text: string) => void] {
  const hidden = new Secret("");
  return [hidden, (text) => void values.set(hidden, text)];
}

/** The text of a secret. Not part of the public API: authors never need it. */
export const reveal = (hidden: Secret): string => values.get(hidden) ?? "";

/** Text with secrets in it, secret as a whole; the host may print any of them alone. */
export function secretWith(text: string, within: readonly Secret[]): Secret {
  const whole = new Secret(text);
  ingredients.set(whole, within);
  return whole;
}

/** All that must be masked because of a secret: its text, and the secrets it was made of. */
export const textsOf = (hidden: Secret): readonly string[] => [
  reveal(hidden),
  ...(ingredients.get(hidden) ?? []).flatMap(textsOf),
];

/** Tells two secrets apart without showing either. */
export const secretHash = (hidden: Secret): string => createHash("sha256").update(reveal(hidden)).digest("hex");

/**
 * A zod schema for a secret variable: takes text from the inventory or a Secret from code, gives a Secret.
 * `fault` may say what is wrong with the text, without showing it.
 */
export const secretText = (fault: (text: string) => string | undefined = () => undefined) =>
  z
    .union([z.instanceof(Secret), z.string().transform((text) => new Secret(text))])
    .superRefine((hidden, context) => {
      const message = fault(reveal(hidden));
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .meta({ secret: true, description: "a secret" });
