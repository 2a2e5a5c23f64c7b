import { isIP, isIPv4, isIPv6 } from "node:net";

/** What is wrong with a value, and how to mend it. */
export interface Flaw {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** Why a text cannot be the name of a host or group: those characters mean something to shells, patterns or file systems (INV007). */
export function nameFlaw(kind: "host" | "group", name: string): Flaw | undefined {
  if (kind === "host" && (isIPv6(name) || /^[\d.]+$/.test(name))) return addressFlaw(name);
  const at = /^[A-Za-z0-9_]/.test(name) ? name.search(/[^A-Za-z0-9_.-]/) : 0;
  if (at < 0 && name.length <= 253) return undefined;
  const what =
    name.length > 253
      ? "is longer than 253 characters"
      : `has ${JSON.stringify(name[at] ?? "")} as character ${at + 1}`;
  const fix = "use letters, digits, '.', '_' and '-', beginning with a letter or digit";
  return { code: "INV007", message: `the ${kind} name ${JSON.stringify(name.slice(0, 80))} ${what}`, fix };
}

/** Why a text is not a host name, IPv4 or IPv6 address (INV008). */
export function addressFlaw(address: string): Flaw | undefined {
  if (isIP(address)) return undefined;
  const flaw = (message: string, fix: string): Flaw => ({
    code: "INV008",
    message: `${JSON.stringify(address)} ${message}`,
    fix,
  });
  if (/^(\d+\.)+\d+$/.test(address) && /(^|\.)0\d/.test(address)) {
    return flaw("is ambiguous: a leading zero means octal to some programs", "write the address without leading zeros");
  }
  if (/^(\[.*\]|[^:]+):\d+$/.test(address) && address !== "") {
    return flaw("is an address and a port in one", "put the port into ansible_port");
  }
  if (address.includes(":"))
    return flaw("is not an IPv6 address", "write an address such as 2001:db8::10, with the port in ansible_port");
  if (/^[\d.]+$/.test(address))
    return flaw("is not an IPv4 address", "write four numbers from 0 to 255, such as 10.0.0.5");
  return isHostName(address) ? undefined : flaw("is not a host name or address", "write a DNS name or an IP address");
}

/** Why a text is not a login name (INV010): useradd(8) allows less, directory services allow more. */
export function userFlaw(user: string): Flaw | undefined {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_.@\\$+-]{0,255}$/u.test(user)) return undefined;
  const fix = "use letters, digits, '.', '_' and '-', beginning with a letter or digit";
  return { code: "INV010", message: `${JSON.stringify(user.slice(0, 80))} is not a user name`, fix };
}

/** The IPv4 or IPv6 address, or the name, in the form in which equal ones are equal. */
export const canonicalAddress = (address: string): string =>
  isIPv4(address) ? address : address.toLowerCase().replace(/\.$/, "");

/** RFC 1123 section 2.1, with the underscore that real networks use. */
const isHostName = (name: string): boolean =>
  name.length <= 253 &&
  /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/.test(name);
