/** Where a word of a command names a credential: `credential:sudo`, `@credential:vars`, `prod@credential:vault`, `--password-file=credential:login`. */
const CREDENTIAL = /^((?:--[a-z-]+=)?(?:[\w.-]*@)?)credential:([\w.-]+)$/;

/** The word with the path of its credential, which only those who keep time know; undefined for a word that names none. */
export function credentialPath(word: string, path: (name: string) => string): string | undefined {
  const [, before = "", name] = CREDENTIAL.exec(word) ?? [];
  return name === undefined ? undefined : `${before}${path(name)}`;
}

/** The names of the credentials that a command wants. */
export const wantedCredentials = (command: readonly string[]): readonly string[] =>
  command.flatMap((word) => CREDENTIAL.exec(word)?.[2] ?? []);
