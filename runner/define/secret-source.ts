import type { z } from "zod";
import { type Secret, secretText } from "./secret.ts";

/** Where a secret is looked for that the inventory does not have, in this order. */
export interface SecretSource {
  /** A variable of ts-play's own environment. */
  readonly env?: string;
  /** A program of the control machine and its arguments; what it prints is the secret, without the line end at its end. */
  readonly command?: readonly [string, ...string[]];
  /** What a person is asked at the terminal. */
  readonly ask?: string;
}

/** As `secretText()`; what the inventory lacks is taken from the environment, a program or a person. */
export const secretFrom = (
  source: SecretSource,
  fault?: (text: string) => string | undefined,
): z.ZodType<Secret, Secret | string> =>
  secretText(fault).meta({ secret: true, description: "a secret", secretSource: source });
