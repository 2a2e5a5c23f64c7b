import type { TableServer, TableService } from "./ipvs-table.ts";
import { keyOf, type VirtualService } from "./services.ts";

/** Each difference between what is wanted and what the kernel does, in words. */
export function tableDrift(
  services: readonly VirtualService[],
  table: readonly TableService[] | undefined,
): readonly string[] {
  if (table === undefined) return ["the kernel's table cannot be read (ipvsadm is missing, or ip_vs is not loaded)"];
  const wanted = new Set(services.map(keyOf));
  return [
    ...services.flatMap((service) =>
      serviceDrift(
        service,
        table.find(({ key }) => key === keyOf(service)),
      ),
    ),
    ...table.filter(({ key }) => !wanted.has(key)).map(({ key }) => `${key} is in the table, and nobody wants it`),
  ];
}

function serviceDrift(service: VirtualService, found: TableService | undefined): readonly string[] {
  const key = keyOf(service);
  if (found === undefined) return [`${key} is not in the table`];
  const { scheduler, persistenceSeconds, realServers } = service;
  const wanted = new Set(realServers.map(({ address }) => keyOf({ address, port: service.port })));
  return [
    ...(found.scheduler === scheduler ? [] : [`${key} has the scheduler ${found.scheduler} instead of ${scheduler}`]),
    ...(found.persistenceSeconds === persistenceSeconds
      ? []
      : [`${key} keeps clients for ${found.persistenceSeconds ?? 0} s instead of ${persistenceSeconds ?? 0}`]),
    ...realServers.flatMap((server) => serverDrift(service, server, found.servers)),
    ...found.servers
      .filter((server) => !wanted.has(server.key))
      .map((server) => `${key} goes to ${server.key} as well, and nobody wants it`),
  ];
}

function serverDrift(
  service: VirtualService,
  { name, address, weight }: VirtualService["realServers"][number],
  servers: readonly TableServer[],
): readonly string[] {
  const key = keyOf({ address, port: service.port });
  const who = `${keyOf(service)}: ${name} (${key})`;
  const found = servers.find((server) => server.key === key);
  if (found === undefined) return [`${who} gets nothing: its check fails, or it was taken out by hand`];
  if (found.weight === 0) return [`${who} gets no new connections (weight 0): its check fails`];
  return [
    ...(found.weight === weight ? [] : [`${who} has weight ${found.weight} instead of ${weight}`]),
    ...(["Route", "Local"].includes(found.forward) ? [] : [`${who} is reached by ${found.forward} instead of Route`]),
  ];
}
