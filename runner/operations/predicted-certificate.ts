import { usualAddress } from "../probes/certificate.ts";
import type { CertificateFile } from "../probes/certificate-file.ts";
import type { CertificateArguments } from "./certificate.ts";

/** What a certificate will say that is yet to be issued; its number and dates come with it. */
export const predictedCertificate = (args: CertificateArguments): CertificateFile => ({
  subject: [...args.organizations.map((one) => `O=${one}`), `CN=${args.commonName}`].join(", "),
  issuer: `CN=${args.ca.name}`,
  commonName: args.commonName,
  organizations: args.organizations,
  names: args.names.toSorted(),
  addresses: args.addresses.map(usualAddress).toSorted(),
  server: args.profile !== "client",
  client: args.profile !== "server",
  authority: false,
  key: args.key,
  serial: "",
  notBefore: "",
  notAfter: "",
  daysLeft: args.lifetimeDays,
  begun: true,
  keySha256: undefined,
  pem: undefined,
});
