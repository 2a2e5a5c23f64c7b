import "reflect-metadata";
import { randomBytes } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type GeneralNameType,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { CertificateProfile, CertificateRequest, KeyKind } from "../define/certificate-authority.ts";

/** From when to when a certificate counts; whole seconds. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Who signs: a name and a pair of keys, as PKCS#8 and SPKI in DER. */
export interface Signer {
  readonly certificate: string;
  readonly keyPair: KeyPair;
}

export interface KeyPair {
  readonly kind: KeyKind;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** A new pair of keys; exportable, because it goes to a host or into a file. */
export async function newKeyPair(kind: KeyKind): Promise<KeyPair> {
  const pair = (await crypto.subtle.generateKey(algorithmOf(kind), true, ["sign", "verify"])) as CryptoKeyPair;
  return { kind, ...pair };
}

/** A pair of keys from PKCS#8 and SPKI in DER. */
export async function importKeyPair(kind: KeyKind, pkcs8: Uint8Array, spki: Uint8Array): Promise<KeyPair> {
  const algorithm = algorithmOf(kind);
  return {
    kind,
    privateKey: await crypto.subtle.importKey("pkcs8", pkcs8 as BufferSource, algorithm, true, ["sign"]),
    publicKey: await crypto.subtle.importKey("spki", spki as BufferSource, algorithm, true, ["verify"]),
  };
}

/** PKCS#8, DER. */
export const exportKey = async ({ privateKey }: KeyPair): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));

/** A certificate that an authority gives itself; it signs leaves only (path length 0, RFC 5280 4.2.1.9). */
export async function authorityCertificate(name: string, keyPair: KeyPair, validity: Validity): Promise<string> {
  const { privateKey, publicKey } = keyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    serialNumber: randomSerial(),
    ...validity,
    keys: { privateKey, publicKey },
    signingAlgorithm: signatureOf(keyPair.kind),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}

/** A certificate for a key, signed by an authority. */
export async function leafCertificate(
  request: CertificateRequest,
  leaf: KeyPair,
  signer: Signer,
  validity: Validity,
): Promise<string> {
  const certificate = await X509CertificateGenerator.create({
    subject: subjectOf(request),
    issuer: new X509Certificate(signer.certificate).subjectName.toJSON(),
    serialNumber: randomSerial(),
    ...validity,
    publicKey: leaf.publicKey,
    signingKey: signer.keyPair.privateKey,
    signingAlgorithm: signatureOf(signer.keyPair.kind),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(keyUsage(leaf.kind), true),
      new ExtendedKeyUsageExtension([...USAGES[request.profile]]),
      ...alternativeNames(request),
      await SubjectKeyIdentifierExtension.create(leaf.publicKey),
      await AuthorityKeyIdentifierExtension.create(signer.keyPair.publicKey),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}

const USAGES: Readonly<Record<CertificateProfile, readonly ExtendedKeyUsage[]>> = {
  server: [ExtendedKeyUsage.serverAuth],
  client: [ExtendedKeyUsage.clientAuth],
  peer: [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth],
};

/** Only RSA keys can wrap another key (RFC 5246 7.4.2). */
const keyUsage = (kind: KeyKind): KeyUsageFlags =>
  kind.startsWith("rsa")
    ? KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment
    : KeyUsageFlags.digitalSignature;

const subjectOf = ({ commonName, organizations }: CertificateRequest): JsonName => [
  ...organizations.map((organization) => ({ O: [organization] })),
  { CN: [commonName] },
];

function alternativeNames({ names, addresses }: CertificateRequest): readonly Extension[] {
  const all = [
    ...names.map((value) => ({ type: "dns" as GeneralNameType, value })),
    ...addresses.map((value) => ({ type: "ip" as GeneralNameType, value })),
  ];
  return all.length === 0 ? [] : [new SubjectAlternativeNameExtension(all)];
}

/** 126 random bits, positive and not null (RFC 5280 4.1.2.2). */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString("hex");
}

/** Web Crypto's words for a kind of key. */
function algorithmOf(kind: KeyKind): EcKeyGenParams | RsaHashedKeyGenParams {
  const [family, size] = kind.split("-") as [string, string];
  if (family === "ecdsa") return { name: "ECDSA", namedCurve: size.replace("p", "P-") };
  return {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: Number(size),
    publicExponent: new Uint8Array([1, 0, 1]),
  };
}

const signatureOf = (kind: KeyKind): Algorithm | EcdsaParams =>
  kind.startsWith("ecdsa")
    ? { name: "ECDSA", hash: kind === "ecdsa-p384" ? "SHA-384" : "SHA-256" }
    : { name: "RSASSA-PKCS1-v1_5" };
