import { createHash } from "node:crypto";
import { defineTemplate, type OsRelease, secretText, z } from "ts-play";
import { bindsOf } from "./binds.ts";
import { bindLine, checkLines, serverLine } from "./lines.ts";
import { type HaproxyVars, plainVars } from "./vars.ts";

const lines = z.array(z.string()).readonly();
const { maxConnections, timeouts, hardStopAfter } = plainVars.shape;

const render = defineTemplate(
  new URL("./haproxy.cfg.ejs", import.meta.url),
  z.object({
    id: z.string(),
    socket: z.string(),
    maxConnections,
    timeouts,
    hardStopAfter,
    services: z.array(
      z.object({ name: z.string(), balance: z.string(), maxConnections, binds: lines, checks: lines, servers: lines }),
    ),
    statistics: z.object({ bind: z.string(), user: z.string(), password: secretText() }).optional(),
  }),
);

export const PATH = "/etc/haproxy/haproxy.cfg";
/** It may hold a password. */
export const MODE = "0640";
export const CHROOT = "/var/lib/haproxy";

/** Where the distribution's package, and its SELinux policy, want the socket. */
const SOCKETS = {
  debian: "/run/haproxy/admin.sock",
  redhat: "/var/lib/haproxy/stats",
  other: "/run/haproxy/admin.sock",
};

export interface Configuration {
  readonly content: ReturnType<typeof render>;
  /** What a haproxy that runs with this configuration says of itself. */
  readonly id: string;
  readonly socket: string;
}

/** The file for these variables on a host of this family. */
export function configuration(vars: HaproxyVars, family: OsRelease["family"]): Configuration {
  const socket = SOCKETS[family];
  const data = { ...vars, socket, services: vars.services.map(prepared), statistics: prepareStatistics(vars) };
  // Not of the password: a digest of a short one would give it away.
  const digest = createHash("sha256")
    .update(String(render({ ...data, id: "", statistics: undefined })))
    .update(JSON.stringify(vars.statistics) ?? "");
  const id = `ts-play ${digest.digest("hex").slice(0, 16)}`;
  return { content: render({ ...data, id }), id, socket };
}

const prepared = (service: HaproxyVars["services"][number]) => ({
  ...service,
  binds: bindsOf({ services: [service], statistics: undefined }).map(bindLine),
  checks: checkLines(service),
  servers: service.servers.map(serverLine),
});

const prepareStatistics = ({ statistics }: HaproxyVars) =>
  statistics && { ...statistics, bind: bindsOf({ services: [], statistics }).map(bindLine).join() };
