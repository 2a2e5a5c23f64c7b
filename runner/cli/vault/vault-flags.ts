import type { FlagGroup } from "../flag.ts";
import { collected } from "../flag-values.ts";

/** Where the passwords of encrypted files and values come from. */
export interface VaultFlags {
  /** `label@source` or `source`: a file, a program, or the word prompt. */
  readonly vaultId: readonly string[];
  readonly vaultPasswordFile: readonly string[];
  readonly askVaultPass: boolean;
}

export const noVaultFlags: VaultFlags = { vaultId: [], vaultPasswordFile: [], askVaultPass: false };

export const vaultFlags: FlagGroup = {
  heading: "What is encrypted:",
  flags: [
    {
      spelling: "--vault-id <label@source>",
      help: "a vault password and its label; the source is a file, a program or prompt; repeatable",
      otherwise: "none",
      ...collected,
    },
    {
      spelling: "--vault-password-file <file>",
      help: "read a vault password from a file of mode 0600, or from a program; repeatable",
      env: "ANSIBLE_VAULT_PASSWORD_FILE",
      ...collected,
    },
    { spelling: "-J, --ask-vault-pass", help: "ask for the vault password" },
  ],
};
