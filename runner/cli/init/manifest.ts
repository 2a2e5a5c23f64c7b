import { InputError } from "../../errors.ts";

/** What `ts-play` says of itself in its package.json. */
export interface OwnManifest {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

type Section = Readonly<Record<string, string>>;
interface Manifest {
  readonly name?: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly scripts?: Section;
  readonly dependencies?: Section;
  readonly devDependencies?: Section;
}

const TOOLS = ["@types/node", "typescript", "vitest"];
const SCRIPTS: Section = {
  check: "tsc -p .",
  test: "vitest run",
  schema: "ts-play inventory --schema site.ts >hosts.schema.json",
};

/** The package.json of a project: what is missing in `before` is added, nothing else is touched. Throws InputError. */
export function projectManifest(name: string, before: string | undefined, own: OwnManifest): string {
  const known: Manifest = before === undefined ? { name, private: true } : parsed(before);
  if (known.type !== undefined && known.type !== "module")
    throw new InputError({
      code: "CLI013",
      place: { file: "package.json" },
      message: `"type" is "${known.type}", but playbooks are modules`,
      fix: "npm pkg set type=module",
    });
  const has = { ...known.dependencies, ...known.devDependencies };
  const missing = (wanted: Section): Section =>
    Object.fromEntries(Object.entries(wanted).filter(([one]) => !(one in has)));
  const tools = Object.fromEntries(TOOLS.map((tool) => [tool, own.devDependencies[tool] ?? "*"]));
  const manifest = {
    ...known,
    type: "module",
    scripts: { ...SCRIPTS, ...known.scripts },
    dependencies: { ...known.dependencies, ...missing({ "ts-play": `^${own.version}` }) },
    devDependencies: { ...known.devDependencies, ...missing(tools) },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

function parsed(text: string): Manifest {
  try {
    return JSON.parse(text) as Manifest;
  } catch (cause) {
    throw new InputError(
      { code: "CLI013", place: { file: "package.json" }, message: `it is no JSON: ${(cause as Error).message}` },
      cause,
    );
  }
}
