import type { RunEvent } from "./event.ts";

/** The version of the format; it grows only when something that was there changes or goes. */
const VERSION = 1;
/** JSON leaves these as they are, terminals obey them. */
const UNSAFE = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** One event as one line of JSON, with its newline: whatever a host printed is escaped, not lost. */
export const jsonLine = (event: RunEvent): string => `${escapeUnsafe(JSON.stringify({ v: VERSION, ...event }))}\n`;

/** JSON that is safe to print. */
export const escapeUnsafe = (json: string): string => json.replace(UNSAFE, escapeCharacter);

const escapeCharacter = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
