import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type Lab, labInventory, runOnHost } from "../../../runner/lab/lab.ts";
import type { RunEvent, TaskEnd } from "../../../runner/report/event.ts";
import { tsPlay } from "../../fault/ts-play.ts";
import { useLab } from "../lab-fixture.ts";
import { projectFolder } from "./project-folder.ts";
import { type ServedFiles, serveFiles, sha256 } from "./served-files.ts";

/** One run of the program, and what it told. */
export interface Told {
  readonly exitCode: number | undefined;
  readonly text: string;
  readonly tasks: readonly TaskEnd[];
  /** Ids of the tasks that changed something, or would. */
  readonly changed: readonly string[];
  readonly roundTrips: number;
}

/** The host that every operation is done to, another one, and what the playbook needs of this machine. */
export interface Subject {
  readonly lab: Lab;
  readonly vars: Readonly<Record<string, string>>;
  run(...flags: readonly string[]): Promise<Told>;
  /** A command on a host, by plain ssh; on the subject by default. */
  on(command: string, host?: string): Promise<string>;
}

const PAYLOAD_BYTES = 3_000_000;
const bareScript = join(import.meta.dirname, "bare.sh");

/** Gives a test file two hosts with some leftovers on the first, and removes all of it. */
export function useSubject(): () => Subject {
  const lab = useLab({ name: "ops", hosts: ["ops1", "ops2"] });
  let project: Awaited<ReturnType<typeof projectFolder>> | undefined;
  let served: ServedFiles | undefined;
  let subject: Subject | undefined;

  beforeAll(async () => {
    project = await projectFolder();
    const { folder } = project;
    served = await serveFiles(folder, lab().network.replace(/0\/24$/, "1"));
    subject = await subjectOf(lab(), folder, served);
  });
  afterAll(async () => {
    served?.close();
    await project?.remove();
  });

  return () => subject!;
}

async function subjectOf(lab: Lab, folder: string, served: ServedFiles): Promise<Subject> {
  const on = (command: string, host = "ops1") =>
    runOnHost(lab, lab.hosts.find(({ name }) => name === host)!.address, command);
  await on(await readFile(bareScript, "utf8"));
  const payload = randomBytes(PAYLOAD_BYTES);
  await writeFile(join(folder, "payload"), payload);
  const vars = {
    payload: join(folder, "payload"),
    pki: join(folder, "pki"),
    payload_sha: sha256(payload),
    base: served.base,
    tool_sha: served.toolHash,
    archive_sha: served.archiveHash,
    jq: /Candidate: (\S+)/.exec(await on("apt-cache policy jq"))![1]!,
  };
  const inventory = join(folder, "hosts.yaml");
  await writeFile(inventory, labInventory(lab, { subjects: ["ops1"], helpers: ["ops2"] }, vars));
  const run = (...flags: readonly string[]) => told(folder, ["site.ts", "-i", inventory, "--output", "json", ...flags]);
  return { lab, vars, on, run };
}

/** Runs the program with JSON as its output. */
export async function told(folder: string, args: readonly string[]): Promise<Told> {
  const { exitCode, stdout, stderr } = await tsPlay(folder, args);
  const events = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RunEvent);
  const tasks = events.filter((event) => event.type === "task-end");
  return {
    exitCode,
    text: stdout + stderr,
    tasks,
    changed: tasks.filter(({ state }) => state === "changed").map(({ task }) => task),
    roundTrips: events.reduce((sum, event) => (event.type === "host-end" ? event.roundTrips : sum), 0),
  };
}
