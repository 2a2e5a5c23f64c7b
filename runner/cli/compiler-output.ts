import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { Problem } from "../errors.ts";
import { nearbyPath } from "./nearby-path.ts";

const MAX_PROBLEMS = 20;
const DIAGNOSTIC = /^(?<file>\S.*?)\((?<line>\d+),(?<column>\d+)\): error (?<code>TS\d+): (?<message>.*)$/;

interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** What `tsc --pretty false`, run in `folder`, has against some of the files. */
export async function diagnosticsOf(
  output: string,
  folder: string,
  files: readonly string[],
): Promise<readonly Problem[]> {
  const wanted = new Set(await Promise.all(files.map(realPath)));
  const problems: Problem[] = [];
  for (const { file, line, column, message } of parse(output)) {
    const path = resolve(folder, file);
    if (!wanted.has(await realPath(path))) continue;
    problems.push({ code: "PLY002", place: { file: nearbyPath(path), line, column }, message });
  }
  return problems.slice(0, MAX_PROBLEMS);
}

const realPath = (path: string): Promise<string> => realpath(path).catch(() => path);

/** Lines that are indented go on with the one before; they tell the reason. */
function parse(output: string): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const text of output.split("\n").map((line) => line.trimEnd())) {
    const { file, line, column, code, message } = DIAGNOSTIC.exec(text)?.groups ?? {};
    const last = found.at(-1);
    if (file !== undefined)
      found.push({ file, line: Number(line), column: Number(column), message: `${withoutStop(message)} (${code})` });
    else if (last && /^\s+\S/.test(text))
      found[found.length - 1] = { ...last, message: `${last.message}: ${withoutStop(text.trim())}` };
  }
  return found;
}

const withoutStop = (text = ""): string => text.replace(/\.$/, "");
