/** The sections of a unit file; a list stands for the same key many times. */
export type UnitSections = Readonly<Record<string, Readonly<Record<string, UnitValue>>>>;
export type UnitValue = string | number | boolean | readonly (string | number)[];

/** The text of a unit file, systemd.syntax(7): sections and keys in the order in which they were given. */
export const unitText = (sections: UnitSections): string =>
  Object.entries(sections)
    .map(([name, entries]) => [`[${name}]`, ...Object.entries(entries).flatMap(linesOf), ""].join("\n"))
    .join("\n");

const linesOf = ([key, value]: readonly [string, UnitValue]): readonly string[] =>
  [value].flat().map((item) => `${key}=${typeof item === "boolean" ? (item ? "yes" : "no") : String(item)}`);
