import { z } from "zod";

/** A file mode as four octal digits; three may be written. */
export const fileMode = z
  .string({ error: ({ input }) => (typeof input === "number" ? numberFault(input) : 'a mode is text such as "0644"') })
  .regex(/^[0-7]{3,4}$/, 'a mode is three or four octal digits, such as "0644"')
  .transform((mode) => mode.padStart(4, "0"));

/** YAML reads `mode: 0644` as the number 644; TypeScript reads 0o755 as 493. */
function numberFault(mode: number): string {
  const digits = /^[0-7]{3,4}$/.test(String(mode)) ? String(mode) : mode.toString(8);
  return `number ${mode} is not a file mode; write the string "${digits.padStart(4, "0")}"`;
}
