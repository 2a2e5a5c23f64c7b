const MARK = /^key-sha256: ([0-9a-f]{64})$/m;

/**
 * What is written above a certificate: the hash of its key's file. So a host can be asked whether the two belong together without
 * the key leaving it, and without openssl. Readers of PEM skip text that is outside of the block (RFC 7468 2).
 */
export const keyMark = (sha256: string): string => `key-sha256: ${sha256}\n`;

/** The hash of the key's file that belongs to a certificate; undefined when the certificate does not say. */
export const markedKey = (text: string): string | undefined => MARK.exec(text)?.[1];
