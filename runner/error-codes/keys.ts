import { code, type ErrorCodes } from "./code.ts";

/** Keys of users and of hosts. */
export const keyCodes: ErrorCodes = {
  KEY001: code("A private key cannot be read.", "Correct its path or permissions."),
  KEY002: code("Others can read a private key.", "`chmod 600` it."),
  KEY003: code("The file is the public half of a key.", "Name the file without `.pub`."),
  KEY004: code("The key is in PuTTY's format.", "Convert it: `puttygen -O private-openssh-new`."),
  KEY005: code("The key has a passphrase, and nobody is there to type it.", "Add the key to an agent: `ssh-add`."),
  KEY006: code("The passphrase is wrong.", "Try again."),
  KEY007: code("DSA keys are too weak and not accepted.", "Make a new key: `ssh-keygen -t ed25519`."),
  KEY008: code("The RSA key is too short.", "Make a new key: `ssh-keygen -t ed25519`."),
  KEY009: code("The file is damaged, or no private key.", "Look at it with `ssh-keygen -y -f`."),
  KEY010: code(
    "Certificates, and keys on hardware tokens, are not read from files.",
    "Add the key to an agent: `ssh-add`.",
  ),
  HK001: code(
    "The host's key is not in known_hosts.",
    "Compare the fingerprint with the host's own, then add it with the command in the message.",
  ),
  HK002: code(
    "The host's key has changed: it was installed anew, or somebody sits in between.",
    "Find out which of the two, then remove the old line with `ssh-keygen -R`.",
  ),
  HK003: code("The host's key is marked `@revoked`.", "Do not trust the host; find out why the key was revoked."),
  HK004: code("A line of known_hosts cannot be read, and might be the one that matters.", "Mend or remove the line."),
  HK005: code(
    "The host is known by another type of key than it offers.",
    "Compare the fingerprint, then add this key as well.",
  ),
  HK006: code("Others may change a known_hosts file, so it is not used.", "Make it yours alone: `chmod 600`."),
  HK010: code(
    "The host is known only by a certificate authority, which is not supported.",
    "Add the host's own key to known_hosts.",
  ),
  HK011: code("The way over the jump hosts goes in a circle.", "Correct `ProxyJump`."),
};
