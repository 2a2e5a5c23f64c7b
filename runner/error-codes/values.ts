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
  VLT004: code("Others may read a file that holds a secret.", "`chmod 600` it."),
  VLT005: code("A file that should hold a secret is empty.", "Write the secret into it."),
};
