import { X509Certificate } from "node:crypto";
import { keyKindOf } from "./key-kind.ts";
import { markedKey } from "./key-mark.ts";

/** What a certificate says. */
export interface Certificate {
  /** Such as `O=system:masters, CN=admin`. */
  readonly subject: string;
  readonly issuer: string;
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** Alternative names, sorted. */
  readonly names: readonly string[];
  /** Alternative IP addresses in their usual spelling, sorted. */
  readonly addresses: readonly string[];
  /** May answer calls. */
  readonly server: boolean;
  /** May call. */
  readonly client: boolean;
  readonly authority: boolean;
  /** Such as `ecdsa-p256` or `rsa-2048`; undefined for kinds that ts-play does not make. */
  readonly key: string | undefined;
  readonly serial: string;
  /** ISO 8601, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** Whole days until it expires by the host's clock; negative when it has. */
  readonly daysLeft: number;
  /** False when it begins in the future by the host's clock. */
  readonly begun: boolean;
  /** SHA-256 of the file of its key, when it was issued by ts-play. */
  readonly keySha256: string | undefined;
  /** The certificate itself; undefined in a prediction. */
  readonly pem: string | undefined;
}

/** The first certificate of a text in PEM, seen at `now` (ms since 1970). Throws when there is none. */
export function parseCertificate(text: string, now: number): Certificate {
  const x509 = new X509Certificate(text);
  const subject = attributes(x509.subject);
  const usages: readonly string[] = x509.keyUsage ?? [];
  const [notBefore, notAfter] = [new Date(x509.validFrom), new Date(x509.validTo)];
  return {
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    commonName: subject.get("CN")?.[0] ?? "",
    organizations: subject.get("O") ?? [],
    ...alternatives(x509.subjectAltName ?? ""),
    server: usages.includes(SERVER_AUTH),
    client: usages.includes(CLIENT_AUTH),
    authority: x509.ca,
    key: keyKindOf(x509.publicKey),
    serial: x509.serialNumber.toLowerCase(),
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    daysLeft: Math.floor((notAfter.getTime() - now) / DAY_MS),
    begun: notBefore.getTime() <= now,
    keySha256: markedKey(text),
    pem: x509.toString(),
  };
}

/** True when an authority's certificate names and signed this one. */
export function isSignedBy(pem: string, authority: string): boolean {
  const [certificate, issuer] = [new X509Certificate(pem), new X509Certificate(authority)];
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

const DAY_MS = 86_400_000;

/** RFC 5280 4.2.1.12 */
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

const oneLine = (name: string | undefined): string => (name ?? "").split("\n").join(", ");

/** Node prints one attribute a line, and what is special in RFC 4514 after a backslash. */
function attributes(name: string | undefined): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of (name ?? "").split("\n")) {
    const [, type = "", value = ""] = /^([^=]+)=(.*)$/.exec(line) ?? [];
    found.set(type, [...(found.get(type) ?? []), value.replace(/\\(.)/g, "$1")]);
  }
  return found;
}

/** From `DNS:a, IP Address:10.0.0.1`; a name that would need quotes is none that hosts have. */
function alternatives(text: string): Pick<Certificate, "names" | "addresses"> {
  const items = text.split(", ");
  const of = (prefix: string): readonly string[] =>
    items.filter((item) => item.startsWith(prefix)).map((item) => item.slice(prefix.length));
  return { names: of("DNS:").toSorted(), addresses: of("IP Address:").map(usualAddress).toSorted() };
}

/** One spelling for each address (RFC 5952); anything else as it is. */
export function usualAddress(address: string): string {
  if (!address.includes(":")) return address;
  try {
    return new URL(`http://[${address}]/`).hostname.slice(1, -1);
  } catch {
    return address;
  }
}
