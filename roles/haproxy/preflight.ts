import { assert, type Host, type OsRelease } from "ts-play";
import { bindsOf } from "./binds.ts";
import { listenable } from "./listenable.ts";
import type { HaproxyVars } from "./vars.ts";

export const LOOPBACK = ["127.0.0.1", "::1"];

/** What must be so before anything is changed; changes nothing itself. */
export const preflight = (vars: HaproxyVars, os: OsRelease, host: Host) => [
  assert({
    that: !(os.family === "redhat" && /^[1-8](?:\.|$)/.test(os.version)),
    message: "haproxy older than 2.2, as in RHEL 8, knows neither these checks nor -dW",
    fix: "balance on hosts of RHEL 9, Debian 11, Ubuntu 22.04 or newer",
  }),
  listenable({ binds: bindsOf(vars), ownServers: serversOn(host, vars) }),
];

const serversOn = (host: Host, { services }: HaproxyVars) =>
  services
    .flatMap(({ servers }) => servers)
    .filter(({ address }) => address === host.address || LOOPBACK.includes(address))
    .map(({ name, address, port }) => ({ name, address, port }));
