/** What is offered to servers; nothing else is accepted. GCM first: it is the fastest without a native add-on. */
export const offered = {
  kex: [
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
  ],
  cipher: ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr"],
  hmac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"],
  compress: ["none"],
} as const;

const signatures: Readonly<Record<string, readonly string[]>> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  // The key type keeps its old name; the signatures are SHA-2 (RFC 8332).
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/** The host key algorithms to offer: those of the key types that are known for the host, or all when it is unknown. */
export const hostKeyAlgorithms = (keyTypes: readonly string[]): string[] => {
  const known = keyTypes.flatMap((type) => signatures[type] ?? []);
  return known.length > 0 ? known : Object.values(signatures).flat();
};

/** What the server offered, by ssh2's name for the item, as its debug lines tell it. */
export type ServerOffer = Readonly<Record<string, string>>;

/** Reads one debug line of ssh2's handshake; undefined for every other line. */
export const parseOfferLine = (line: string): readonly [item: string, list: string] | undefined => {
  const match = /^Handshake: \(remote\) (.+?): (.*)$/.exec(line);
  return match ? [match[1]!.toLowerCase(), match[2]!] : undefined;
};

/** The sentence for a failed negotiation: which item, and the weak things that were all the server had. */
export const describeMismatch = (failure: string, offer: ServerOffer): string | undefined => {
  const match = /no matching (.+)$/i.exec(failure);
  if (!match) return undefined;
  const item = match[1]!.toLowerCase().replace("key exchange algorithm", "kex method");
  const list = offer[item];
  return `the server offers no ${item} that is safe${list === undefined ? "" : `: only ${list.replaceAll(",", ", ")}`}`;
};
