import { soundsSecret } from "../../inventory/secret-names.ts";

/** Text that stands for a value which is elsewhere: a variable, a file, a placeholder, a credential. */
const ELSEWHERE = /^["']?(?:[$/~@<`]|credential:|$)/;
/** `name=value`, `--name value`, `name: value`; what is said about a secret, such as `token_ttl` or `--no-password`, is none. */
const NAMED = /(?<name>[\w-]*[a-z][\w-]*)(?:\s*=\s*|\s*:\s+|(?<=--[\w-]+)\s+)(?<value>"[^"]+"|'[^']+'|[^\s"';|&]+)/gi;
const ABOUT =
  /^--no-|(?:^|[-_])(?:file|path|dir|stdin|fd|env|ttl|age|days|expiry|expires|timeout|count|name|id|length|length-min|policy|type|format|url)$/i;
const USER_AND_PASSWORD = [
  /(?<before>\b[a-z][\w+.-]*:\/\/[^\s/:@]*:)(?<value>[^\s/@]+)@/gi,
  /\bcurl\b[^|;&]*?\s(?<before>(?:-u|--user)[ =]?[\w.@-]+:)(?<value>\S+)/g,
  /(?<before>\bauthorization:\s*(?:bearer|basic|token)\s+)(?<value>[^\s"']+)/gi,
  /(?<before>\bsshpass\s+-p\s*)(?<value>\S+)/g,
  // With a space behind it asks, and the word is the database; with two numbers it is a port of a container.
  /\b(?:mysql|mariadb)[\w-]*\s(?:[^|;&]*?\s)?(?<before>-p)(?!\d+:\d)(?<value>\S+)/g,
  /\bredis-cli\s(?:[^|;&]*?\s)?(?<before>-a\s+)(?<value>\S+)/g,
  /(?<before>\b(?:MYSQL_PWD|REDISCLI_AUTH)=)(?<value>[^\s;|&]+)/g,
];

/** The piece of a shell command in which a password or token seems to stand, without it; undefined when there is none. */
export function secretInCommand(command: string): string | undefined {
  for (const { 0: piece, groups } of command.matchAll(NAMED)) {
    const { name = "", value = "" } = groups ?? {};
    if (isSecretName(name) && !ELSEWHERE.test(value)) return piece.replace(value, "***");
  }
  for (const pattern of USER_AND_PASSWORD)
    for (const { groups } of command.matchAll(pattern)) {
      const { before = "", value = "" } = groups ?? {};
      if (!ELSEWHERE.test(value)) return `${before.trim()}***`;
    }
  return undefined;
}

const isSecretName = (name: string): boolean => soundsSecret(name.replaceAll("-", "_")) && !ABOUT.test(name);
