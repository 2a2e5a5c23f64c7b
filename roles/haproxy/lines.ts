import type { Bind } from "./binds.ts";
import type { Check } from "./check.ts";
import type { HaproxyVars } from "./vars.ts";

type Service = HaproxyVars["services"][number];
type Server = Service["servers"][number];

const words = (...parts: readonly (string | number | false | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== false).join(" ");

/** Without `v4v6` a socket on `::` would be one for IPv6 alone where the kernel is set so (net.ipv6.bindv6only). */
export const bindLine = ({ address, port }: Pick<Bind, "address" | "port">): string =>
  address === "*" ? `bind :::${port} v4v6` : `bind ${address === "0.0.0.0" ? "*" : place(address)}:${port}`;

/** What is said once for all servers of a service, and what its check asks for. */
export const checkLines = ({ check, ...service }: Service): readonly string[] => [
  ...(check.kind === "tcp" ? [] : requestLines(check)),
  words(
    "default-server check",
    check.port !== undefined && `port ${check.port}`,
    `inter ${check.interval} fastinter 1s downinter 2s fall ${check.fall} rise ${check.rise}`,
    slowStart(service),
  ),
  ...(check.kind === "https" ? [`default-server check-ssl ${verification(check.verify)}`] : []),
];

const slowStart = ({ balance, slowStart: wanted = balance === "source" ? "none" : "30s" }: Omit<Service, "check">) =>
  wanted !== "none" && `slowstart ${wanted}`;

const requestLines = ({ path, host, statuses }: Exclude<Check, { kind: "tcp" }>): readonly string[] => [
  "option httpchk",
  words("http-check send meth GET uri", path, host !== undefined && `ver HTTP/1.1 hdr Host ${host}`),
  `http-check expect status ${statuses.join(",")}`,
];

const verification = (verify: Extract<Check, { kind: "https" }>["verify"]): string =>
  verify === "none"
    ? "verify none"
    : words(
        `verify required ca-file ${verify.caFile}`,
        verify.name !== undefined && `verifyhost ${verify.name} check-sni ${verify.name}`,
      );

export const serverLine = ({ name, address, port, weight, backup, maxConnections }: Server): string =>
  words(
    `server ${name} ${place(address)}:${port}`,
    weight !== 1 && `weight ${weight}`,
    maxConnections !== undefined && `maxconn ${maxConnections}`,
    backup && "backup",
  );

const place = (address: string): string => (address.includes(":") ? `[${address}]` : address);
