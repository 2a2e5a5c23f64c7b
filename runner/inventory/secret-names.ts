import { Secret } from "../define/secret.ts";

const SECRET = /pass(word|wd|phrase)?(?![a-z])|secret|token|credential|private_?key(?!_?file)|api_?key/i;
const PASSWORD = /(^|_)(pass|password|passwd|passphrase|secret|token|api_?key)$/i;

/** Whether a variable's name says that its value must not be shown. */
export const soundsSecret = (name: string): boolean => SECRET.test(name);

/** Whether a variable's name says that its value is a secret itself, not something about one such as `token_ttl`. */
export const isSecretName = (name: string): boolean => PASSWORD.test(name);

/** A value for a message: JSON, cut to 60 characters; `***` when it is a secret. */
export function shown(value: unknown, secret: boolean): string {
  if (secret) return "***";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The value with everything that sounds secret replaced by `***`; all of it when the variable is among `secrets`. */
export function masked(name: string, value: unknown, secrets?: ReadonlySet<string>): unknown {
  if (soundsSecret(name) || secrets?.has(name) || value instanceof Secret) return "***";
  if (Array.isArray(value)) return value.map((item) => masked("", item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(key, inner)]));
}
