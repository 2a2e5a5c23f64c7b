import { isSecretName, soundsSecret } from "../inventory/secret-names.ts";

const EXTRA_VARS = ["-e", "--extra-vars"];

/** The command line as the journal and the summary may show it: values of `-e` that sound secret are masked. */
export const showableCommand = (argv: readonly string[]): readonly string[] =>
  argv.map((word, i) => (EXTRA_VARS.includes(argv[i - 1] ?? "") ? masked(word) : maskedLong(word)));

function maskedLong(word: string): string {
  const match = /^(-e|--extra-vars=)(.+)$/s.exec(word);
  return match ? `${match[1]}${masked(match[2]!)}` : word;
}

function masked(value: string): string {
  if (value.startsWith("@")) return value;
  if (value.startsWith("{")) return "{...}";
  const [name = "", ...rest] = value.split("=");
  return rest.length && (isSecretName(name) || soundsSecret(name)) ? `${name}=***` : value;
}
