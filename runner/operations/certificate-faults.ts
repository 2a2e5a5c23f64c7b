import { isRef } from "../define/ref.ts";
import { type Change, change } from "../define/step.ts";
import { type Certificate, isSignedBy, usualAddress } from "../probes/certificate.ts";
import { type CertificateFile, isReadable } from "../probes/certificate-file.ts";
import type { PathState } from "../probes/path-state.ts";
import type { CertificateArguments } from "./certificate.ts";

interface Seen {
  readonly found: CertificateFile | undefined;
  readonly keyState: PathState;
  readonly keyHash: string | undefined;
}

/** Why a certificate must be issued, each as a change; none when the one that is there will do. */
export function certificateFaults(args: CertificateArguments, { found, keyState, keyHash }: Seen): readonly Change[] {
  if (found === undefined) return [change("certificate", "absent", args.ca.name)];
  if (!isReadable(found)) return [change("certificate", found.unreadable, args.ca.name)];
  return [
    ...issuerFaults(args, found),
    ...timeFaults(args, found),
    ...contentFaults(args, found),
    ...keyFaults(args, found, keyState, keyHash),
  ];
}

function issuerFaults({ ca }: CertificateArguments, { pem, issuer }: Certificate): readonly Change[] {
  if (pem === undefined) return [];
  // An authority that has yet to be made has issued nothing.
  const authority: unknown = ca.certificate;
  const isIssuer = !isRef(authority) && isSignedBy(pem, String(authority));
  return isIssuer ? [] : [change("issuer", `another authority (${issuer})`, ca.name)];
}

function timeFaults({ renewBeforeDays, lifetimeDays }: CertificateArguments, found: Certificate): readonly Change[] {
  const wanted = `${lifetimeDays} days`;
  if (!found.begun) return [change("validity", `begins on ${found.notBefore}`, wanted)];
  if (found.daysLeft < 0) return [change("validity", `expired on ${found.notAfter}`, wanted)];
  return found.daysLeft >= renewBeforeDays ? [] : [change("validity", `expires in ${found.daysLeft} days`, wanted)];
}

function contentFaults(args: CertificateArguments, found: Certificate): readonly Change[] {
  return [
    ...(found.commonName === args.commonName ? [] : [change("common name", found.commonName, args.commonName)]),
    ...setFaults("organization", found.organizations, args.organizations),
    ...setFaults("name", found.names, args.names),
    ...setFaults("address", found.addresses, args.addresses.map(usualAddress)),
    ...usageFault(args, found),
  ];
}

function setFaults(what: string, is: readonly string[], wanted: readonly string[]): readonly Change[] {
  return [
    ...wanted.filter((one) => !is.includes(one)).map((one) => change(`${what} ${one}`, "missing", "named")),
    ...is.filter((one) => !wanted.includes(one)).map((one) => change(`${what} ${one}`, "named", "not named")),
  ];
}

function usageFault({ profile }: CertificateArguments, { server, client }: Certificate): readonly Change[] {
  const is = server && client ? "peer" : server ? "server" : client ? "client" : "none";
  return is === profile ? [] : [change("profile", is, profile)];
}

function keyFaults(
  { key, keyPath }: CertificateArguments,
  found: Certificate,
  keyState: PathState,
  keyHash: string | undefined,
): readonly Change[] {
  if (keyState.type === "absent") return [change(`key ${keyPath}`, "absent", key)];
  if (found.key !== key) return [change("key", found.key ?? "of another kind", key)];
  // What is in a prediction has not been read.
  const fits = found.pem === undefined || (found.keySha256 !== undefined && found.keySha256 === keyHash);
  return fits ? [] : [change(`key ${keyPath}`, "of another certificate", "its own")];
}
