import { ExitCode } from "../errors.ts";
import { labDownCommand, labSshCommand, labStatusCommand, labUpCommand } from "../lab/lab-command.ts";

const write = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** `ts-play lab up|down|status`. */
export async function labCommand(
  name: "up" | "down" | "status",
  flags: { hosts?: readonly string[]; uml?: readonly string[]; inventoryFile?: string },
): Promise<number> {
  const { uml = [], hosts = uml.length > 0 ? [] : ["lb1", "lb2", "lb3"], ...others } = flags;
  const wanted = [...hosts, ...uml.map((host) => ({ name: host, driver: "uml" as const }))];
  if (name === "up") await labUpCommand({ ...others, hosts: wanted, groups: siteGroups([...hosts, ...uml]) }, write);
  if (name === "down") await labDownCommand({}, write);
  if (name === "status") return (await labStatusCommand({}, write)) ? ExitCode.done : ExitCode.unreachable;
  return ExitCode.done;
}

/** `ts-play lab ssh <host> [command]`. */
export const labShell = (host: string, command: readonly string[]): Promise<number> => labSshCommand(host, { command });

/** The groups that playbooks/web.ts asks for: every host balances and serves. */
const siteGroups = (hosts: readonly string[]) => ({ loadbalancers: hosts, backends: hosts });
