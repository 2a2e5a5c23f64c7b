import { describe, expect, test } from "vitest";
import { Sightings } from "../../runner/drill/sightings.ts";

/** A look every 200 ms from 0 on, each answered 20 ms later: `#` holds, `.` does not, `?` could not be asked. */
function seen(members: Readonly<Record<string, string>>): Sightings {
  const made = new Sightings();
  for (const [host, signs] of Object.entries(members))
    for (const [i, sign] of [...signs].entries())
      made.add(host, { askedAt: i * 200, at: i * 200 + 20, holds: sign === "?" ? undefined : sign === "#" });
  return made;
}

describe("two holders at once", () => {
  test("are certain only while both were seen to hold before and after", () => {
    expect(seen({ a: "#####....", b: "..#######" }).twoHoldersMs()).toBe(380);
  });

  test("are none when one is seen to let go and another to take in the same look", () => {
    expect(seen({ a: "###...", b: "..####" }).twoHoldersMs()).toBe(0);
  });

  test("are not made of what nobody saw", () => {
    expect(seen({ a: "##??????", b: "..######" }).twoHoldersMs()).toBe(0);
  });

  test("are any two of three", () => {
    expect(seen({ a: "......", b: "######", c: "######" }).twoHoldersMs()).toBe(980);
  });
});

describe("nobody", () => {
  test("is certain only while all members were seen not to hold", () => {
    expect(seen({ a: "#......", b: "....###" }).nobodyMs()).toBe(380);
  });

  test("is not certain while one could not be asked", () => {
    expect(seen({ a: "#??????", b: "....###" }).nobodyMs()).toBe(0);
  });

  test("is nothing where nothing was seen", () => {
    expect(new Sightings().nobodyMs()).toBe(0);
  });
});

test("an answer that was long on its way says nothing about the time in between", () => {
  const made = new Sightings();
  made.add("a", { askedAt: 0, at: 10, holds: true });
  made.add("a", { askedAt: 200, at: 9000, holds: true });
  for (let at = 0; at < 9000; at += 200) made.add("b", { askedAt: at, at: at + 10, holds: true });
  expect(made.twoHoldersMs()).toBe(0);
});

test("who took over is the first other member that is seen to hold after the break", () => {
  const made = seen({ a: "###......", b: ".....####", c: "....#...." });
  expect(made.firstOther("a", 500)).toEqual({ host: "c", at: 820 });
  expect(made.firstOther("b", 1700)).toBeUndefined();
  expect(made.holders()).toEqual(["b"]);
});

test("a member is seen otherwise when its answer is another one", () => {
  const made = new Sightings();
  const look = (holds: boolean | undefined) => made.add("a", { askedAt: 0, at: 1, holds });
  expect([look(true), look(true), look(undefined), look(undefined), look(false)]).toEqual([
    true,
    false,
    true,
    false,
    true,
  ]);
});
