import type { Cut } from "../transport/cut-proxy.ts";

/** One way to break one run: `up rst 4711 first` cuts the first connection after 4711 bytes towards the host, `every` each one. */
export interface Injection {
  readonly direction: "up" | "down";
  readonly how: Cut;
  readonly after: number;
  readonly connections: "first" | "every";
}

/** Bytes of a run that nothing broke. */
export interface Traffic {
  readonly up: number;
  readonly down: number;
}

/** The line that names an injection, for `--replay`. */
export const formatInjection = ({ direction, how, after, connections }: Injection): string =>
  `${direction} ${how} ${after} ${connections}`;

/** Reads such a line. */
export function parseInjection(line: string): Injection {
  const match = /^(up|down) (fin|rst|silence) (\d+) (first|every)$/.exec(line.trim());
  if (!match) throw new Error(`"${line}" is not an injection such as "up rst 4711 first"`);
  const [, direction, how, after, connections] = match as unknown as [string, "up", Cut, string, "first"];
  return { direction, how, after: Number(after), connections };
}

/**
 * Injections spread over a run, the same for the same seed. Half of the offsets are even over all bytes, the others crowd
 * at both ends, where the login and the last results are; one in ten is a silence, because each of these takes seconds.
 */
export function chooseInjections(count: number, seed: number, traffic: Traffic): readonly Injection[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, (_, i): Injection => {
    const direction = i % 2 ? "down" : "up";
    const part = (Math.floor(i / 2) + random()) / Math.ceil(count / 2);
    const how = i % 10 === 5 ? "silence" : i % 4 < 2 ? "fin" : "rst";
    const connections = random() < 0.25 ? "every" : "first";
    return { direction, how, connections, after: 1 + Math.floor(offset(part, random()) * traffic[direction]) };
  });
}

/** Maps an even part of 0 to 1 to where the cut falls. */
function offset(part: number, coin: number): number {
  if (coin < 0.5) return part;
  const crowded = part ** 3;
  return coin < 0.75 ? crowded : 1 - crowded;
}

/** Mulberry32: small, and the same on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
