import type { z } from "zod";
import type { Operation } from "../../runner/define/operation.ts";
import type { Probes } from "../../runner/define/probe.ts";
import { argumentTable } from "./argument-table.ts";
import { optionTable } from "./option-table.ts";

type AnyOperation = Operation<z.ZodType, Probes>;

/** Every operation with its arguments; `task` is the source of the options that all tasks take. */
export function operationsPage(values: readonly unknown[], task: string): string {
  const operations = values.filter(isOperation).toSorted((a, b) => compare(a.operationName, b.operationName));
  return `# Operations

What a role's tasks are made of: \`import { file, service } from "ts-play"\`. Each says what must be true; what has to be done for it
is found out from what is there. A wrong argument does not compile; what the compiler cannot see is refused before a host is contacted.

${operations.map(({ operationName, summary }) => `- [${operationName}](#${operationName.toLowerCase()}): ${summary}`).join("\n")}

## Task options

The second argument of every operation: \`service({ unit: "nginx" }, { onChangeOf: [configuration], retries: 2 })\`.

${optionTable(task, "TaskOptions")}

${operations.map(section).join("\n\n")}`;
}

const section = ({ operationName, summary, example, args }: AnyOperation): string => `## ${operationName}

${summary}

\`\`\`ts
${example}
\`\`\`

${argumentTable(args)}`;

const isOperation = (value: unknown): value is AnyOperation => typeof value === "function" && "operationName" in value;

const compare = (a: string, b: string): number => (a < b ? -1 : 1);
