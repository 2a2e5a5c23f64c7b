import { extraVarWords, isInline } from "../inventory/extra-vars.ts";
import { soundsSecret } from "../inventory/secret-names.ts";
import { maskedUrl } from "../report/webhook/webhook-url.ts";

const EXTRA_VARS = ["-e", "--extra-vars"];
const WEBHOOK = "--webhook";

/** The command line as the journal and the summary may show it: webhooks, and values of `-e` that sound secret or are in `secrets`, are masked. */
export function showableCommand(argv: readonly string[], secrets: ReadonlySet<string>): readonly string[] {
  return argv.map((word, i) => {
    const before = argv[i - 1] ?? "";
    if (before === WEBHOOK) return maskedUrl(word);
    return EXTRA_VARS.includes(before) ? masked(word, secrets) : maskedLong(word, secrets);
  });
}

function maskedLong(word: string, secrets: ReadonlySet<string>): string {
  if (word.startsWith(`${WEBHOOK}=`)) return `${WEBHOOK}=${maskedUrl(word.slice(WEBHOOK.length + 1))}`;
  const match = /^(-e|--extra-vars=)(.+)$/s.exec(word);
  return match ? `${match[1]}${masked(match[2]!, secrets)}` : word;
}

function masked(value: string, secrets: ReadonlySet<string>): string {
  if (value.startsWith("@")) return value;
  if (isInline(value)) return "{...}";
  return extraVarWords(value)
    .map((word) => {
      const [name = "", ...rest] = word.split("=");
      return rest.length && (soundsSecret(name) || secrets.has(name)) ? `${name}=***` : word;
    })
    .join(" ");
}
