import type { ProbeKind } from "../../runner/define/probe.ts";

type AnyKind = ProbeKind<never, unknown>;

/** Every probe with the type of its answer; `types` are the declarations that the compiler made. */
export function probesPage(exported: readonly (readonly [string, unknown])[], types: string): string {
  const kinds = exported
    .filter((pair): pair is [string, AnyKind] => isKind(pair[1]))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `# Probes

Read-only questions to a host: the \`facts\` of a role, the reads of an operation, the conditions of \`until\` and of gates.
All questions of a play go to a host together. "Not there" is an answer, so they can be asked of a bare host.

\`\`\`ts
import { defaultRoute, defineRole, file, holds, service, unitState, z } from "ts-play";

export const example = defineRole({
  name: "example",
  summary: "A fact in a file, and a service that must be seen running.",
  vars: z.object({}),
  facts: { route: defaultRoute() },
  tasks: ({ facts }) => [
    file({ path: "/etc/uplink", content: \`\${facts.route?.interface ?? "none"}\\n\` }),
    service({ unit: "ssh" }, { until: holds(unitState("ssh"), ({ active }) => active === "active", "ssh runs") }),
  ],
});
\`\`\`

${kinds.map(([name, kind]) => section(name, kind, types)).join("\n\n")}`;
}

const isKind = (value: unknown): value is AnyKind => typeof value === "function" && "kindName" in value;

function section(name: string, { summary }: AnyKind, types: string): string {
  const [argument, answer] = typesOf(name, types);
  return `## ${name}

${summary}

\`${name}(${argument === "void" ? "" : argument})\` answers \`${answer}\`${explained(answer, types)}`;
}

/** From \`declare const memory: import("...").ProbeKind<void, Memory>\`. */
function typesOf(name: string, types: string): readonly [string, string] {
  const found = new RegExp(`const ${name}: .*ProbeKind<(\\w+), ([^;]+)>;`).exec(types);
  if (!found) throw new Error(`the compiler declares no probe ${name}`);
  return [found[1]!, found[2]!.replace(/^readonly /, "")];
}

/** The interfaces that an answer is made of, and those that these name. */
function explained(answer: string, types: string): string {
  const blocks = blocksFor(answer, types, new Set());
  return blocks.length === 0 ? "." : `:\n\n\`\`\`ts\n${blocks.join("\n\n")}\n\`\`\``;
}

function blocksFor(text: string, types: string, seen: Set<string>): readonly string[] {
  return [...text.matchAll(/\b[A-Z]\w+/g)].flatMap(([name]) => {
    if (seen.has(name)) return [];
    seen.add(name);
    const block = new RegExp(
      `^export (?:interface ${name} \\{[\\s\\S]*?^\\}|type ${name} = (?:[^\\n]*;$|[\\s\\S]*?^\\S[^\\n]*;$))`,
      "m",
    ).exec(types)?.[0];
    if (block === undefined) return [];
    const code = block
      .replace(/^export /, "")
      .replaceAll("readonly ", "")
      .replaceAll("    ", "  ");
    return [code, ...blocksFor(withoutComments(block), types, seen)];
  });
}

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, "");
