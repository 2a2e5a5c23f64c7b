import { z } from "zod";
import type { Ref } from "./ref.ts";
import type { Secret } from "./secret.ts";

/** What a certificate is for; `peer` both answers and calls, as members of a cluster do. */
export type CertificateProfile = "server" | "peer" | "client";

/** Kinds of keys; P-256 is as strong as RSA of 3072 bits, and quicker. */
export const keyKinds = ["ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072", "rsa-4096"] as const;
export type KeyKind = (typeof keyKinds)[number];

/** What a certificate is to say. */
export interface CertificateRequest {
  readonly profile: CertificateProfile;
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  readonly key: KeyKind;
  readonly lifetimeDays: number;
  /** The certificate is refused when the authority itself does not last longer than this. */
  readonly renewBeforeDays: number;
}

/** A certificate and its key; the certificate names the key by its hash, so that a host can be asked whether they fit. */
export interface IssuedCertificate {
  readonly certificate: string;
  readonly key: Secret;
}

/** A certificate authority whose key never leaves the control machine. */
export interface CertificateAuthority {
  readonly name: string;
  /** Its certificate, PEM: known to a plan once it is there, made with its key when a step first needs it. */
  readonly certificate: Ref<string>;
  /** A certificate that is issued when a step needs it. */
  readonly issue: (request: CertificateRequest) => Ref<IssuedCertificate>;
}

/** A zod schema for a variable that is a certificate authority. */
export const authoritySchema = () =>
  z.custom<CertificateAuthority>(
    (given) => typeof given === "object" && given !== null && "certificate" in given && "issue" in given,
    "expected a value from certificateAuthority(...)",
  );
