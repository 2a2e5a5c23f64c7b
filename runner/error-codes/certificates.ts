import { code, type ErrorCodes } from "./code.ts";

/** Certificate authorities. */
export const certificateCodes: ErrorCodes = {
  PKI001: code(
    "A file of the control machine cannot be read or written.",
    "Correct its path, its permissions or those of its folder.",
  ),
  PKI002: code(
    "The passphrase of a certificate authority is not known, or too short.",
    "Set the variable or make the file that the playbook names; take at least 12 characters.",
  ),
  PKI003: code(
    "The key of a certificate authority is missing, is not encrypted, or cannot be opened.",
    "Give the passphrase that it was made with, encrypt the key, or put the file back from a backup.",
  ),
  PKI004: code(
    "What should be the certificate of an authority is none, or that of another key.",
    "Put the two files back that belong together, or name another folder.",
  ),
  PKI005: code(
    "A certificate authority ends before a certificate that it should issue.",
    "Make a new authority in another folder, and have all hosts trust it first.",
  ),
};
