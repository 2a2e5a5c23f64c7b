/** A path or text that is the whole of a value: `%` would begin a specifier; systemd.unit(5). */
export const unitValue = (text: string): string => text.replaceAll("%", "%%");

/** Text for people: a line break in it would begin another setting. */
export const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

/** One word of a command line, with no specifier and no variable in it; systemd.service(5). */
export function commandWord(word: string): string {
  const escaped = unitValue(word)
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("$", "$$$$");
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

/** A section of a unit file. */
export const section = (name: string, entries: readonly (readonly [key: string, value: string])[]): string =>
  [`[${name}]`, ...entries.map(([key, value]) => `${key}=${value}`)].join("\n");
