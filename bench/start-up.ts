import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cache, logs } from "./folders.ts";
import { measure } from "./measure.ts";
import type { Row, Sample } from "./results.ts";

interface StartUp {
  readonly program: string;
  readonly peersFolder: string;
  readonly reps: number;
  readonly log: (line: string) => void;
}

interface Case {
  readonly name: string;
  readonly node: string;
  readonly args: readonly string[];
}

/** How long `--version` and the list of a hundred tasks in ten roles take, for the first time and again. */
export async function runStartUp({ program, peersFolder, reps, log }: StartUp): Promise<readonly Row[]> {
  const cases = casesOf(program, [process.execPath, node24(peersFolder)]);
  const samples = new Map<string, Sample[]>();
  for (let rep = 1; rep <= reps; rep++) {
    for (const one of cases) {
      const folder = freshFolder();
      for (const temperature of ["cold", "warm"]) {
        const name = `${one.name}, ${temperature}`;
        const sample = await start(one, folder, rep);
        samples.set(name, [...(samples.get(name) ?? []), sample]);
        log(`start-up     ${name}: ${(sample.wallSeconds * 1000).toFixed(0)} ms`);
      }
    }
  }
  return [...samples].map(([contestant, found]) => ({ scenario: "start-up", contestant, samples: found }));
}

const casesOf = (program: string, nodes: readonly string[]): readonly Case[] =>
  nodes.filter(existsSync).flatMap((node, index): readonly Case[] => [
    { name: `${nodeName(index)} --version`, node, args: [resolve(program), "--version"] },
    {
      name: `${nodeName(index)} --list-tasks`,
      node,
      args: [resolve(program), "site.ts", "-i", "hosts.yaml", "--list-tasks"],
    },
  ]);

const nodeName = (index: number): string => (index === 0 ? `Node ${process.versions.node}` : "Node 24");

/** Where bench/peers.sh puts it. */
const node24 = (peersFolder: string): string =>
  join(peersFolder, "node24", "node_modules", `node-linux-${process.arch}`, "bin", "node");

const folder = join(cache, "start-up");

/** A project of its own, so that nothing of it is compiled yet. */
function freshFolder(): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(join("bench", "workload", "ten-roles.ts"), join(folder, "site.ts"));
  writeFileSync(join(folder, "package.json"), "{}\n");
  writeFileSync(join(folder, "hosts.yaml"), "servers:\n  hosts:\n    web[01:10]:\n");
  return folder;
}

async function start({ name, node, args }: Case, directory: string, rep: number): Promise<Sample> {
  const { output, exitCode, ...sample } = await measure(
    { program: node, args, env: { NODE_COMPILE_CACHE: join(directory, "compile-cache") }, directory },
    join(logs, `start-up-${name.replaceAll(/\W+/g, "-")}-${rep}.log`),
  );
  if (exitCode !== 0) throw new Error(`${name} ended with exit code ${exitCode}:\n${output}`);
  return sample;
}
