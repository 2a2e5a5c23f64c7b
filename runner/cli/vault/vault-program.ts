import { type Command, subCommand } from "../command-parser.ts";
import type { Flag, FlagGroup } from "../flag.ts";
import { noVaultFlags, vaultFlags } from "./vault-flags.ts";

const output: Flag = {
  spelling: "-o, --output <file>",
  help: "write there; - is standard output",
  otherwise: "the file itself",
};
const label: Flag = {
  spelling: "--encrypt-vault-id <label>",
  help: "which of several vault passwords encrypts",
  otherwise: "the only one",
};
const rekey: readonly Flag[] = [
  { spelling: "--new-vault-id <label@source>", help: "the new password and its label" },
  { spelling: "--new-vault-password-file <file>", help: "read the new password from a file or program" },
];
const name: Flag = { spelling: "-n, --name <variable>", help: "write the name of the variable before it" };

const group = (...flags: readonly Flag[]): FlagGroup => ({ heading: "What is done:", flags });
const passwords: FlagGroup = { ...vaultFlags, heading: "Vault passwords (asked for without these):" };

/** `ts-play vault`: files and values in the format of `ansible-vault`. */
export function addVault(program: Command, finish: (exitCode: number) => void): void {
  const vault = subCommand(program, "vault", "encrypt files and values, in the format of ansible-vault");
  const many = (command: Command) => command.argument("[files...]");
  const load = () => import("./vault-command.ts");
  many(subCommand(vault, "encrypt", "encrypt files, or standard input", [group(output, label), passwords])).action(
    async (files: string[], given: object) => finish(await (await load()).encryptFiles(files, full(given))),
  );
  many(subCommand(vault, "decrypt", "decrypt files, or standard input", [group(output), passwords])).action(
    async (files: string[], given: object) => finish(await (await load()).decryptFiles(files, full(given))),
  );
  subCommand(vault, "view", "print what is in encrypted files", [passwords])
    .argument("<files...>")
    .action(async (files: string[], given: object) => finish(await (await load()).viewFiles(files, full(given))));
  subCommand(vault, "edit", "change an encrypted file, or make one, in your editor", [group(label), passwords])
    .argument("<file>")
    .action(async (file: string, given: object) => {
      const { editFile } = await import("./edit-file.ts");
      finish(await editFile(file, full(given)));
    });
  subCommand(vault, "rekey", "encrypt files anew, with another password", [group(...rekey), passwords])
    .argument("<files...>")
    .action(async (files: string[], given: object) => finish(await (await load()).rekeyFiles(files, full(given))));
  subCommand(vault, "encrypt-string", "encrypt one value, typed or from standard input, for a YAML file", [
    group(name, label),
    passwords,
  ])
    .argument("[text...]", "refused: a command line is seen by everybody")
    .action(async (words: string[], given: object) => finish(await (await load()).encryptString(words, full(given))));
}

const full = (given: object) => ({ ...noVaultFlags, ...given });
