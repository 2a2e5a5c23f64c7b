import { isSecretName, soundsSecret } from "../inventory/secret-names.ts";
import { maskedUrl } from "../report/webhook/webhook-url.ts";

const EXTRA_VARS = ["-e", "--extra-vars"];
const WEBHOOK = "--webhook";

/** The command line as the journal and the summary may show it: values of `-e` that sound secret, and webhooks, are masked. */
export const showableCommand = (argv: readonly string[]): readonly string[] =>
  argv.map((word, i) => {
    const before = argv[i - 1] ?? "";
    if (before === WEBHOOK) return maskedUrl(word);
    return EXTRA_VARS.includes(before) ? masked(word) : maskedLong(word);
  });

function maskedLong(word: string): string {
  if (word.startsWith(`${WEBHOOK}=`)) return `${WEBHOOK}=${maskedUrl(word.slice(WEBHOOK.length + 1))}`;
  const match = /^(-e|--extra-vars=)(.+)$/s.exec(word);
  return match ? `${match[1]}${masked(match[2]!)}` : word;
}

function masked(value: string): string {
  if (value.startsWith("@")) return value;
  if (value.startsWith("{")) return "{...}";
  const [name = "", ...rest] = value.split("=");
  return rest.length && (isSecretName(name) || soundsSecret(name)) ? `${name}=***` : value;
}
