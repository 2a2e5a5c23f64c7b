import type { PortHolder, UnitState } from "ts-play";
import { type Bind, overlap, written } from "../haproxy/binds.ts";
import { PATH } from "../haproxy/configuration.ts";
import type { HaproxyVars } from "../haproxy/vars.ts";
import type { ServerState } from "./server-states.ts";

type Service = HaproxyVars["services"][number];

export function unitFindings({ active, sub, file }: UnitState): readonly string[] {
  const findings = [
    active !== "active" && `haproxy does not run: its unit is ${active} (${sub})`,
    file !== "enabled" && `haproxy would not start at boot: its unit is ${file || "not there"}`,
  ];
  return findings.filter((finding) => finding !== false);
}

/** The first line that differs tells most; of a file with a secret there is no text to show. */
export function contentFinding(wanted: string, found: string): string {
  const [now, then] = [found.split("\n"), wanted.split("\n")];
  const at = then.findIndex((line, i) => line !== now[i]);
  const line = at < 0 ? then.length : at;
  const show = (text: string | undefined) => (text === undefined ? "missing" : `"${text.trim()}"`);
  return `${PATH} was changed: line ${line + 1} is ${show(now[line])}, wanted is ${show(then[line])}`;
}

export const loadedFinding = (loaded: string | undefined, wanted: string): string | undefined => {
  if (loaded === wanted) return undefined;
  return loaded === undefined
    ? "haproxy does not answer on its socket"
    : "haproxy goes on with another configuration than the file's: it was not reloaded, or refused it";
};

/** Where nobody says who holds a port, that it is listened on must do. */
export function listenerFindings(binds: readonly Bind[], holders: readonly PortHolder[]): readonly string[] {
  return binds.flatMap((one) => {
    const there = holders.filter(({ address, port }) => port === one.port && overlap(address, one.address));
    if (there.some(({ processes }) => processes?.includes("haproxy") ?? true)) return [];
    const who = there[0]?.processes?.join(", ");
    return [`${written(one)} (${one.owner}) is held by ${who ?? "nobody"}, not by haproxy`];
  });
}

/** Each server that is not up, when fewer are than must be. */
export function serverFindings(
  { name, servers }: Service,
  states: readonly ServerState[],
  leastUp: number | undefined,
): readonly string[] {
  const wanted = servers.filter(({ weight }) => weight > 0).map((server) => server.name);
  const own = states.filter(({ service, server }) => service === name && wanted.includes(server));
  const down = own.filter(({ status }) => !/^(?:UP|no check)/.test(status));
  const least = leastUp ?? wanted.length;
  if (own.length - down.length >= least) return [];
  return [
    `${name}: ${own.length - down.length} of ${wanted.length} servers are up, at least ${least} must be`,
    ...down.map(({ server, status, since, check }) => `${name}/${server} is ${status} since ${since} (${check})`),
  ];
}

export function answerFinding({ name, check }: Service, place: string, said: string): string | undefined {
  const good = check.kind === "tcp" ? ["open"] : check.statuses.map(String);
  return good.includes(said)
    ? undefined
    : `${name}: a client on ${place} gets \`${said}\`, wanted is ${good.join(" or ")}`;
}
