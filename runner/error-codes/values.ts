import { code, type ErrorCodes } from "./code.ts";

/** Variables, arguments and secrets. */
export const valueCodes: ErrorCodes = {
  VAR001: code("A number begins with 0: 644 to YAML 1.2, 420 to Ansible.", 'Write it as text: `"0644"`.'),
  VAR002: code("True or false is wanted, something else was written.", "Write `true` or `false`."),
  VAR003: code("A text is wanted, and YAML reads a number, which loses digits (`1.10`).", "Write it in quotes."),
  VAR004: code("A whole number has more digits than a number can hold.", "Write it in quotes."),
  VAR005: code(
    "A variable that is needed is missing, or an argument of a role or operation is wrong.",
    "Set it where the message says.",
  ),
  VAR010: code("A variable has a value that the playbook's contract does not allow.", "Correct the value."),
  VLT001: code(
    "Something is encrypted, and no vault password is given.",
    "Give `--vault-id`, `--vault-password-file` or `-J`.",
  ),
  VLT002: code(
    "None of the vault passwords opens an encrypted text.",
    "Give the one that it was encrypted with; the message names its vault id.",
  ),
  VLT003: code("An encrypted text is damaged, or is none.", "Put it back from a backup, or encrypt it anew."),
  VLT004: code("Others may read a file that holds a secret.", "`chmod 600` it."),
  VLT005: code("What should give a secret gives nothing.", "Write the secret into the file, or mend the program."),
  VLT006: code(
    "A value from a vault is used where it would be shown.",
    "Take it as `secretText()`, or keep it in a plain file.",
  ),
  VLT011: code(
    "A secret that a playbook needs is neither in the inventory nor in any of the other places that it names.",
    "Set the variable, mend the program, or run it at a terminal.",
  ),
  VLT008: code(
    "A file is encrypted already, or is not encrypted, and the command wants the other.",
    "Look at its first line: `$ANSIBLE_VAULT`.",
  ),
  VLT009: code(
    "The editor failed, or the file was changed by somebody else meanwhile.",
    "Nothing was written; the message says where an encrypted copy of the new text is, if there is one.",
  ),
  VLT010: code(
    "A file that should be encrypted or decrypted cannot be read or written.",
    "Correct its path or its permissions.",
  ),
  VLT007: code(
    "The program that should print a vault password failed.",
    "Run it by hand: it prints the password and ends with 0.",
  ),
};
