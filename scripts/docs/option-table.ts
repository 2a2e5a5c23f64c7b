/** A Markdown table of an interface in a source file: its properties, their types and the comments above them. */
export function optionTable(source: string, name: string): string {
  const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1];
  if (body === undefined) throw new Error(`there is no interface ${name}`);
  const rows = [...body.matchAll(/(?:\/\*\* (.*?) \*\/\s+)?readonly (\w+)\??: (.*);/g)].map(
    ([, comment = "", option = "", type = ""]) =>
      `| \`${option}\` | \`${type.replace(/^readonly /, "").replaceAll("|", "\\|")}\` | ${comment} |`,
  );
  return ["| option | type | what it does |", "|---|---|---|", ...rows].join("\n");
}
