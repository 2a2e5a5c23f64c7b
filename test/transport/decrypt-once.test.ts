import { expect, test } from "vitest";
import { decryptOnce } from "../../runner/transport/ssh/decrypt-once.ts";

test("an encrypted key is opened once for each passphrase, and not again for the next host", () => {
  const tried: (string | undefined)[] = [];
  const parse = decryptOnce((bytes, passphrase) => {
    tried.push(passphrase);
    return passphrase === "right"
      ? { parsed: bytes.toString(), publicKey: bytes, type: "ssh-ed25519" }
      : new Error("no");
  });
  const key = Buffer.from("a key");
  for (let host = 0; host < 3; host++) {
    expect(parse(key)).toBeInstanceOf(Error);
    expect(parse(key, "wrong")).toBeInstanceOf(Error);
    expect(parse(key, "right")).toMatchObject({ parsed: "a key" });
  }
  expect(parse(Buffer.from("another"), "right")).toMatchObject({ parsed: "another" });
  expect(tried.filter((passphrase) => passphrase !== undefined)).toEqual(["wrong", "right", "right"]);
});
