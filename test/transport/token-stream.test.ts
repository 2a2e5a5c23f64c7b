import { describe, expect, test } from "vitest";
import { cappedBytes } from "../../runner/transport/session/capped-bytes.ts";
import { type Piece, tokenStream } from "../../runner/transport/session/token-stream.ts";

const nonce = "a".repeat(32);
const end = "b".repeat(32);
const whole = Buffer.from(
  `noise\x1e${nonce} s 0\none\x1etwo\x1e${end} 0\nlate\x1e${nonce} x 0 1 0\n\x1e${nonce.slice(1)}\x1e${nonce} z 1\n`,
);

/** The pieces with neighbouring bytes put together. */
const joined = (pieces: readonly Piece[]): string[] => {
  const words: string[] = [];
  let bytes = "";
  for (const piece of pieces) {
    if ("bytes" in piece) bytes += piece.bytes.toString("latin1");
    else {
      if (bytes !== "") words.push(`bytes ${bytes}`);
      bytes = "";
      words.push(`token ${piece.token} ${piece.text}`);
    }
  }
  return bytes === "" ? words : [...words, `bytes ${bytes}`];
};

const expected = [
  "bytes noise",
  "token 0 s 0",
  "bytes one\x1etwo",
  "token 1 0",
  "bytes late",
  "token 0 x 0 1 0",
  `bytes \x1e${nonce.slice(1)}`,
  "token 0 z 1",
];

describe("a stream with tokens", () => {
  test("is cut at them", () => {
    expect(joined(tokenStream([nonce, end])(whole))).toEqual(expected);
  });

  test("is cut alike wherever the chunks are split", () => {
    for (let at = 1; at < whole.length; at += 1) {
      const cut = tokenStream([nonce, end]);
      expect(joined([...cut(whole.subarray(0, at)), ...cut(whole.subarray(at))]), `split at ${at}`).toEqual(expected);
    }
    const cut = tokenStream([nonce, end]);
    expect(joined([...whole].flatMap((byte) => cut(Buffer.from([byte]))))).toEqual(expected);
  });

  test("passes bytes on at once when no token can be in them", () => {
    expect(joined(tokenStream([nonce])(Buffer.from("no newline")))).toEqual(["bytes no newline"]);
  });

  test("with a token's line that never ends is an error", () => {
    const cut = tokenStream([nonce]);
    expect(() => cut(Buffer.from(`\x1e${nonce} ${"x".repeat(10_000)}`))).toThrow(/no end/);
  });
});

describe("capped bytes", () => {
  const collect = (capBytes: number, chunks: readonly string[]): [string, number] => {
    const capped = cappedBytes(capBytes);
    for (const chunk of chunks) capped.add(Buffer.from(chunk));
    const { bytes, droppedBytes } = capped.take();
    return [bytes.toString(), droppedBytes];
  };

  test.each([
    [10, ["abc"], "abc", 0],
    [10, ["abcdefghij"], "abcdefghij", 0],
    [10, ["abcdefghijk"], "abcdeghijk", 1],
    [5, ["ab", "cd", "ef", "gh"], "abcgh", 3],
    [0, ["abc"], "", 3],
    [4, [], "", 0],
  ])("keep %i of %j as %s and count %i", (cap, chunks, kept, dropped) => {
    expect(collect(cap, chunks)).toEqual([kept, dropped]);
  });

  test("stay small while much flows through", () => {
    const capped = cappedBytes(1000);
    for (let index = 0; index < 2_000; index += 1) capped.add(Buffer.alloc(65_536, 120));
    expect(capped.take()).toMatchObject({ droppedBytes: 2_000 * 65_536 - 1000 });
  });
});
