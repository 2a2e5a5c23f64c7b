import { createHash, X509Certificate } from "node:crypto";
import type { CertificateRequest, IssuedCertificate } from "../define/certificate-authority.ts";
import { Secret } from "../define/secret.ts";
import { InputError } from "../errors.ts";
import { keyMark } from "../probes/key-mark.ts";
import { pem } from "./encrypted-key.ts";
import { DAY_MS, validityFrom } from "./validity.ts";
import type { Signer, Validity } from "./x509.ts";

interface Issuer {
  readonly name: string;
  readonly backdateMinutes: number;
}

/** A new key and its certificate. Throws InputError when the authority itself ends too soon. */
export async function issueCertificate(
  request: CertificateRequest,
  signer: Signer,
  issuer: Issuer,
): Promise<IssuedCertificate> {
  const { newKeyPair, exportKey, leafCertificate } = await import("./x509.ts");
  const validity = within(signer, request, issuer);
  const keyPair = await newKeyPair(request.key);
  const key = pem("PRIVATE KEY", await exportKey(keyPair));
  const certificate = await leafCertificate(request, keyPair, signer, validity);
  return { certificate: `${keyMark(sha256(key))}${certificate}`, key: new Secret(key) };
}

/** A certificate does not outlast the one that signed it. */
function within({ certificate }: Signer, request: CertificateRequest, { name, backdateMinutes }: Issuer): Validity {
  const now = new Date();
  const wanted = validityFrom(now, { lifetimeDays: request.lifetimeDays, backdateMinutes });
  const last = new Date(new X509Certificate(certificate).validTo);
  const notAfter = new Date(Math.min(wanted.notAfter.getTime(), last.getTime()));
  if (notAfter.getTime() - now.getTime() <= request.renewBeforeDays * DAY_MS) {
    throw new InputError({
      code: "PKI005",
      message: `the authority ${name} ends on ${last.toISOString()}, too soon for a certificate of ${request.commonName}`,
      fix: "make a new authority in another folder, and have all hosts trust it before they are given its certificates",
    });
  }
  return { ...wanted, notAfter };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
