/** A piece of a channel's stream: bytes as they are, or the rest of the line after one of the tokens. */
export type Piece = { readonly bytes: Buffer } | { readonly token: number; readonly text: string };

const longestLine = 8192;

/**
 * Cuts a stream at its tokens: random text that only the controller and the host shell know, each after the byte 0x1e.
 * Throws when a token's line has no end.
 */
export const tokenStream = (tokens: readonly string[]): ((chunk: Buffer) => Piece[]) => {
  const marks = tokens.map((token) => Buffer.from(`\x1e${token} `));
  const reserve = Math.max(...marks.map((mark) => mark.length)) - 1;
  let rest: Buffer = Buffer.alloc(0);

  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const pieces: Piece[] = [];
    for (let hit = firstMark(rest, marks); hit; hit = firstMark(rest, marks)) {
      if (hit.at > 0) pieces.push({ bytes: rest.subarray(0, hit.at) });
      rest = rest.subarray(hit.at);
      const start = marks[hit.token]!.length;
      const end = rest.indexOf("\n", start);
      if (end < 0) {
        if (rest.length > longestLine) throw new Error("a frame of the host's shell has no end");
        return pieces;
      }
      pieces.push({ token: hit.token, text: rest.toString("utf8", start, end) });
      rest = rest.subarray(end + 1);
    }
    const safe = rest.length - possibleMark(rest, reserve);
    if (safe > 0) pieces.push({ bytes: rest.subarray(0, safe) });
    rest = Buffer.from(rest.subarray(safe));
    return pieces;
  };
};

const firstMark = (bytes: Buffer, marks: readonly Buffer[]): { at: number; token: number } | undefined => {
  const hits = marks.map((mark, token) => ({ at: bytes.indexOf(mark), token })).filter(({ at }) => at >= 0);
  return hits.sort((a, b) => a.at - b.at)[0];
};

// Only what follows a 0x1e near the end has to wait for more bytes.
const possibleMark = (bytes: Buffer, reserve: number): number => {
  const from = Math.max(0, bytes.length - reserve);
  const begin = bytes.indexOf(0x1e, from);
  return begin < 0 ? 0 : bytes.length - begin;
};
