import { describe, expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { parseSource, readTracked, type SourceFile, trackedFiles } from "./source-file.ts";

const tracked = trackedFiles();
const files: readonly SourceFile[] = tracked
  .filter((path) => /^(runner|roles|playbooks|scripts|bin)\/.*\.[jt]s$/.test(path))
  .map((path) => parseSource(path, readTracked(path)));
const runner = files.filter(({ path }) => path.startsWith("runner/"));

/** The parts of the system, and the only ones that each may import. `errors` may be imported by all. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  define: [],
  probes: ["define"],
  operations: ["define", "probes"],
  pki: ["define", "probes"],
  "index.ts": ["define", "probes", "operations", "pki"],
  plan: ["define"],
  transport: [],
  report: ["define"],
  // What a target is, is said by the transport; the rest of it is not known here.
  inventory: ["define", "vault", "transport/transport.ts"],
  vault: ["define"],
  // Transports and reports are known as interfaces only.
  engine: ["define", "plan", "transport/transport.ts", "report/event.ts"],
  // It breaks hosts through the engine's drivers, and has a client of its own.
  drill: ["define", "engine", "report/event.ts", "report/drill-event.ts"],
  lab: [],
  schedule: ["define"],
  testing: ["define", "probes", "plan", "engine", "report/event.ts"],
  cli: [
    "define",
    "probes",
    "plan",
    "engine",
    "drill",
    "inventory",
    "transport",
    "report",
    "lab",
    "schedule",
    "vault",
    "bundle",
  ],
  bundle: ["define"],
  "errors.ts": [],
  "error-codes": [],
};

const partOf = (path: string): string => path.split("/")[1] ?? path;
const isRunner = (target: string): boolean => target.startsWith("runner/");

/** `file:line imports x: what to do`, for each import that `wrong` has something against. */
const complaints = (
  some: readonly SourceFile[],
  wrong: (target: string, file: SourceFile, typeOnly: boolean) => string | undefined,
): readonly string[] =>
  some.flatMap((file) =>
    file.imports.flatMap(({ target, line, typeOnly }) => {
      const advice = wrong(target, file, typeOnly);
      return advice === undefined ? [] : [`${file.path}:${line} imports ${target}: ${advice}`];
    }),
  );

describe("imports point one way", () => {
  test("every part of the runner has its rule", () => {
    expect(Object.keys(mayImport)).toEqual(
      expect.arrayContaining([...new Set(runner.map(({ path }) => partOf(path)))]),
    );
  });

  test("each part imports only what stands below it", () => {
    const wrong = (target: string, { path }: SourceFile) => {
      if (!isRunner(target) || target === "runner/errors.ts" || partOf(target) === partOf(path)) return undefined;
      const allowed = mayImport[partOf(path)] ?? [];
      const known = allowed.some((part) => target === `runner/${part}` || target.startsWith(`runner/${part}/`));
      return known ? undefined : `${partOf(path)} may import ${["errors", ...allowed].join(", ")}; move what both need`;
    };
    expect(complaints(runner, wrong)).toEqual([]);
  });

  test("roles and playbooks know the runner as ts-play, as the roles of other people do", () => {
    const wrong = (target: string) => (isRunner(target) ? 'import it from "ts-play"' : undefined);
    expect(complaints(outside("roles", "playbooks"), wrong)).toEqual([]);
  });

  test("roles do not know playbooks, and the runner knows neither", () => {
    const wrong = (target: string, { path }: SourceFile) =>
      target.startsWith("playbooks/") || (target.startsWith("roles/") && isRunner(path)) ? "turn it round" : undefined;
    expect(complaints([...outside("roles"), ...runner], wrong)).toEqual([]);
  });

  test("no file waits for itself: without types, imports have no cycle", () => {
    expect(cycles(new Map(runner.map((file) => [file.path, valueImports(file)])))).toEqual([]);
  });

  test("no part of the runner needs itself through another, not even for types", () => {
    const parts = new Map<string, string[]>();
    for (const { path, imports } of runner)
      parts.set(partOf(path), [
        ...(parts.get(partOf(path)) ?? []),
        ...imports
          .map(({ target }) => target)
          .filter(isRunner)
          .map(partOf),
      ]);
    const others = new Map([...parts].map(([part, needs]) => [part, needs.filter((need) => need !== part)]));
    expect(cycles(others)).toEqual([]);
  });
});

/** Modules of node that compute or wait, and do nothing else. */
const PURE = ["node:crypto", "node:path", "node:path/posix", "node:timers/promises", "node:url", "node:util"];
/** They read the author's own files while a role is loaded, before anything is planned. */
const READS_LOCAL_FILES = [
  "runner/define/template.ts",
  "runner/define/local-file.ts",
  "runner/define/bundle-place.ts",
  "runner/define/tar-index.ts",
];

describe("what does input and output", () => {
  const pure = ["define", "probes", "operations", "pki", "plan", "engine", "schedule", "testing"];

  test("the words, the plan and the engine reach the world only through a transport", () => {
    const wrong = (target: string, { path }: SourceFile) =>
      target.startsWith("node:") &&
      !PURE.includes(target) &&
      !(READS_LOCAL_FILES.includes(path) && target === "node:fs")
        ? `${partOf(path)} does no input or output; give it what it needs`
        : undefined;
    expect(
      complaints(
        runner.filter(({ path }) => pure.includes(partOf(path))),
        wrong,
      ),
    ).toEqual([]);
  });

  test("only the command line and the lab touch the process", () => {
    const touching = runner.filter(
      ({ path, text }) => !["cli", "lab"].includes(partOf(path)) && /\bprocess\.\w/.test(withoutComments(text)),
    );
    expect(touching.map(({ path }) => `${path} uses process: hand it in from runner/cli`)).toEqual([]);
  });

  test("node's own modules are named with node:", () => {
    const wrong = (target: string) =>
      /^(fs|path|os|url|util|crypto|child_process)(\/|$)/.test(target) ? "write node:" : undefined;
    expect(complaints(files, wrong)).toEqual([]);
  });
});

describe("packages have one door each", () => {
  const TOOLS = /^@types\/|^(@biomejs\/biome|ajv|axe-core|oxc-parser|typescript|vitest|xmllint-wasm)$/;
  const bundled = Object.keys(manifest.devDependencies).filter((name) => !TOOLS.test(name));
  const packages = [...Object.keys(manifest.dependencies), ...bundled];
  const doors = (name: string) =>
    runner.filter(({ imports }) => imports.some(({ target }) => packageOf(target) === name)).map(({ path }) => path);

  test.each(packages.filter((name) => name !== "zod"))("%s is imported by exactly one file", (name) => {
    expect(doors(name), `import ${name} in one file and wrap it there, or remove it from package.json`).toEqual([
      expect.any(String),
    ]);
  });

  test("only what cannot be bundled is installed with the program: an executable, an addon, what our types speak of", () => {
    expect(Object.keys(manifest.dependencies)).toEqual(["esbuild", "ssh2", "zod"]);
  });

  test("the program imports only packages that are bundled, or installed with it", () => {
    const wrong = (target: string) => {
      const name = packageOf(target);
      return name === undefined || packages.includes(name) || name === "ts-play"
        ? undefined
        : "add it to devDependencies";
    };
    expect(
      complaints(
        files.filter(({ path }) => !path.startsWith("scripts/")),
        wrong,
      ),
    ).toEqual([]);
  });
});

describe("size budgets", () => {
  const functions = files.flatMap((file) => file.functions.map((one) => ({ ...one, path: file.path })));
  const quantile = (numbers: readonly number[], part: number) =>
    numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)] ?? 0;

  test("no file has more than 250 lines, half of them fewer than 100", () => {
    const long = files.filter(({ lines }) => lines > 250);
    expect(long.map(({ path, lines }) => `${path} has ${lines} lines: split it by ideas`)).toEqual([]);
    expect(
      quantile(
        files.map(({ lines }) => lines),
        0.5,
      ),
    ).toBeLessThan(100);
  });

  test("no function has more than 50 lines", () => {
    const long = functions.filter(({ lines }) => lines > 50);
    expect(long.map(({ path, line, name, lines }) => `${path}:${line} ${name} has ${lines} lines: split it`)).toEqual(
      [],
    );
  });

  test("half of the functions have fewer than 8 lines, 90 % at most 20", () => {
    const sizes = functions.map(({ lines }) => lines);
    expect(sizes.length).toBeGreaterThan(300);
    expect(quantile(sizes, 0.5)).toBeLessThan(8);
    expect(quantile(sizes, 0.9)).toBeLessThanOrEqual(20);
  });
});

describe("nothing is left lying about", () => {
  test("no output of the compiler stands beside its source", () => {
    expect(tracked.filter((path) => /\.d\.[cm]?ts$/.test(path))).toEqual([]);
  });

  const banned = [
    /\b(?:TO|FIX)(?:DO|ME)\b/,
    /\bX{3}\b/,
    new RegExp("\\.only" + "\\("),
    new RegExp("console" + "\\.log"),
  ];

  test("no reminders, no lone tests, no printing for debugging", () => {
    const found = tracked
      .filter((path) => path !== "package-lock.json")
      .flatMap((path) =>
        readTracked(path)
          .split("\n")
          .flatMap((line, i) =>
            banned.some((word) => word.test(line)) ? [`${path}:${i + 1}: finish or remove this: ${line.trim()}`] : [],
          ),
      );
    expect(found).toEqual([]);
  });
});

const outside = (...folders: readonly string[]): readonly SourceFile[] =>
  files.filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)));

const valueImports = ({ imports }: SourceFile): readonly string[] =>
  imports.filter(({ typeOnly }) => !typeOnly).map(({ target }) => target);

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|`[^`]*`/gm, "");

/** `zx/core` is zx, `@a/b/c` is @a/b; undefined for files and for node's own modules. */
const packageOf = (target: string): string | undefined =>
  /^(?:runner|roles|playbooks|scripts|bin|dist|test)\//.test(target) || /^(?:node:|#|package\.json)/.test(target)
    ? undefined
    : /^(?:@[^/]+\/)?[^/]+/.exec(target)?.[0];

/** Every way back to where it began, as `a -> b -> a`; each once. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const walk = (node: string, path: readonly string[]): void => {
    const at = path.indexOf(node);
    if (at >= 0) found.add([...path.slice(at), node].join(" -> "));
    if (at >= 0 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) walk(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return [...found];
}
