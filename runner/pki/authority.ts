import { z } from "zod";
import { type CertificateAuthority, keyKinds } from "../define/certificate-authority.ts";
import { checkInput } from "../define/check-input.ts";
import type { ControlMachine } from "../define/control-machine.ts";
import { madeHere } from "../define/made-here.ts";
import { AuthorityFiles } from "./authority-files.ts";
import { issueCertificate } from "./issue.ts";
import { passphraseSource } from "./passphrase.ts";

const options = z.strictObject({
  name: z
    .string()
    .regex(/^[\w .:-]{1,64}$/, "may hold letters, digits, spaces and `_.:-`, at most 64 characters")
    .describe("the authority's own name"),
  folder: z
    .string()
    .min(1)
    .describe("folder of the control machine with `ca.crt` and `ca.key`; made with them when there are none"),
  passphrase: passphraseSource.describe("opens the key; a secret, or where to find one"),
  key: z.enum(keyKinds).default("ecdsa-p256").describe("kind of its key"),
  lifetimeDays: z.int().min(1).max(36_500).default(3650).describe("how long a new authority lasts"),
  backdateMinutes: z
    .int()
    .min(0)
    .max(1440)
    .default(5)
    .describe("how far certificates begin in the past, for hosts whose clocks are slow"),
});

/** What an authority is told. */
export type AuthorityOptions = z.output<typeof options>;

/**
 * A certificate authority on the control machine. Its key lies there encrypted, and never goes to a host; the keys of certificates
 * are made there, too, and sent as secrets. A plan reads its certificate only; key and passphrase are needed when one is issued.
 */
export function certificateAuthority(given: z.input<typeof options>): CertificateAuthority {
  const settings = checkInput("VAR005", "certificateAuthority", options, given);
  const files = filesOf(settings);
  return Object.freeze({
    name: settings.name,
    certificate: madeHere({
      label: `certificate of ${settings.name}`,
      look: (here) => files(here).certificate(),
      make: async (here) => (await files(here).open()).certificate,
    }),
    issue: (request) =>
      madeHere({
        label: `${request.profile} certificate ${request.commonName} of ${settings.name}`,
        make: async (here) => issueCertificate(request, await files(here).open(), settings),
      }),
  } satisfies CertificateAuthority);
}

/** Opened once for each control machine, however many certificates are issued. */
function filesOf(settings: AuthorityOptions): (here: ControlMachine) => AuthorityFiles {
  const known = new WeakMap<ControlMachine, AuthorityFiles>();
  return (here) => {
    const files = known.get(here) ?? new AuthorityFiles(settings, here);
    known.set(here, files);
    return files;
  };
}
