import { afterAll, beforeAll } from "vitest";
import { type Lab, labInventory, runOnHost } from "../../runner/lab/lab.ts";
import { useLab } from "../e2e/lab-fixture.ts";
import { createProject, type Project } from "./project.ts";
import { buildTsPlay, type Ended, startTsPlay } from "./ts-play.ts";

/** What the tests of one file share: a lab, and a project with an inventory of it. */
export interface LabProject {
  readonly lab: Lab;
  readonly project: Project;
  /** The inventory of all hosts as root; `vars` and `more` lines of hosts on top. */
  inventory(vars?: Readonly<Record<string, string>>, more?: readonly string[]): Promise<string>;
  /** Runs ts-play, on the inventory of all hosts unless another is given. */
  run(first: string, ...args: readonly string[]): Promise<Ended>;
  start(first: string, ...args: readonly string[]): ReturnType<typeof startTsPlay>;
  /** A command on a host, by plain ssh; the first host by default. */
  on(command: string, host?: string): Promise<string>;
}

/** Gives the tests of a file a lab and a project, and removes both. */
export function useLabProject(name: string, hosts: readonly string[]): () => LabProject {
  const lab = useLab({ name, hosts });
  let made: LabProject | undefined;

  beforeAll(async () => {
    buildTsPlay();
    made = await labProject(lab(), await createProject());
  });
  afterAll(() => made?.project.remove());

  return () => {
    if (made === undefined) throw new Error("the project is there inside tests and hooks only");
    return made;
  };
}

async function labProject(lab: Lab, project: Project): Promise<LabProject> {
  const names = lab.hosts.map((host) => host.name);
  const write = (file: string, vars = {}, more: readonly string[] = []) => {
    const hosts = labInventory(lab, { hosts_of_lab: names }, vars);
    return project.write(file, hosts + more.map((line) => `        ${line}\n`).join(""));
  };
  const standard = await write("hosts.yaml");
  const start = (first: string, ...args: readonly string[]) =>
    startTsPlay(project.folder, [
      first,
      ...args,
      ...(args.includes("-i") || first === "apply" ? [] : ["-i", standard]),
    ]);
  return {
    lab,
    project,
    inventory: (vars, more) => write("other.yaml", vars, more),
    start,
    run: (...args) => start(...args).ended,
    on: (command, host = names[0]!) => {
      const { address } = lab.hosts.find((one) => one.name === host)!;
      return runOnHost(lab, address, command);
    },
  };
}
