import { describe, expect, test } from "vitest";
import {
  type Backup,
  lookInto,
  newestVerified,
  parseManifest,
  type Store,
  superseded,
} from "../../../roles/etcd-backup/store.ts";
import { FakeControl } from "../../../runner/testing/fake-control.ts";

const DAY = 86_400_000;

const manifest = {
  cluster: "etcd",
  clusterId: "15362480591061174536",
  member: "etcd3",
  takenAt: "2026-11-25T22:05:09Z",
  etcdVersion: "3.4.23",
  revision: "32",
  keys: "29",
  sizeBytes: 24_608,
  sha256: "2d".repeat(32),
  verified: true,
  reason: "",
};

/** Backups of the days of November 2026, the oldest first; `3?` is one that is not verified. */
const store = (days: string, rest: readonly string[] = []): Store => ({
  backups: days
    .split(" ")
    .filter(Boolean)
    .map((day): Backup => {
      const number = Number.parseInt(day, 10);
      const name = `etcd-202611${String(number).padStart(2, "0")}T000000Z`;
      return { ...manifest, name, at: number * DAY, verified: !day.endsWith("?") };
    }),
  rest,
  now: 30 * DAY,
});

const days = (files: readonly string[]): string =>
  files
    .filter((file) => file.endsWith(".db"))
    .map((file) => String(Number(file.slice(11, 13))))
    .join(" ");

describe("what goes", () => {
  test.each([
    ["nothing while there are no more than are kept", "1 2 3", { keep: 3 }, ""],
    ["the oldest beyond those", "1 2 3 4 5", { keep: 3 }, "1 2"],
    ["of those only what is old enough", "1 2 28 29 30", { keep: 1, keepDays: 2 }, "1 2 28"],
    ["nothing when none is verified", "1? 2? 3?", { keep: 1 }, ""],
    ["never the last verified one, however old", "1 2? 3? 4?", { keep: 1 }, ""],
    ["what is not verified, once a later one is", "1? 2 3? 4", { keep: 2 }, "1 3"],
    ["what is not verified takes no place of one that is", "1 2 3? 4? 5", { keep: 3 }, "3 4"],
  ] as const)("%s", (_, have, retention, gone) => {
    expect(days(superseded(store(have), retention))).toBe(gone);
  });

  test("file and manifest go together, the manifest first: what has none is no backup", () => {
    expect(superseded(store("1 2"), { keep: 1 })).toEqual(["etcd-20261101T000000Z.json", "etcd-20261101T000000Z.db"]);
  });

  test("what a run that was ended has left, when a later backup is verified", () => {
    const rest = ["etcd-20261102T000000Z.db", "etcd-20261103T000000Z.db.0a1b2c.part", "etcd-20261129T000000Z.db"];
    expect(superseded(store("1 5", rest), { keep: 2 })).toEqual(rest.slice(0, 2));
  });
});

describe("a cluster whose name holds dots", () => {
  const NAMES = ["prod.eu-20261101T000000Z", "prod.eu-20261105T000000Z"];
  const looked = async (left: string) => {
    const here = new FakeControl();
    for (const name of NAMES) {
      here.files.set(`backups/${name}.db`, "data");
      here.files.set(`backups/${name}.json`, JSON.stringify({ ...manifest, cluster: "prod.eu", sizeBytes: 4 }));
    }
    here.files.set(`backups/${left}`, "da");
    return lookInto({ folder: "backups", cluster: "prod.eu" }, here);
  };

  test("has backups like any other", async () => {
    const { backups, rest } = await looked("prod.eu-20261106T000000Z.db.0a1b2c.part");
    expect(backups.map(({ name }) => name)).toEqual(NAMES);
    expect(rest).toEqual(["prod.eu-20261106T000000Z.db.0a1b2c.part"]);
  });

  test("loses what a run that was ended has left", async () => {
    const broken = "prod.eu-20261102T000000Z.db.0a1b2c.part";
    expect(superseded(await looked(broken), { keep: 2 })).toEqual([broken]);
  });
});

test("the newest verified one is that, also when later ones are not", () => {
  expect(newestVerified(store("1 2 3?"))?.at).toBe(2 * DAY);
  expect(newestVerified(store("1? 2?"))).toBeUndefined();
});

test.each([
  ["as it is written", JSON.stringify(manifest), manifest],
  ["cut off", JSON.stringify(manifest).slice(0, 90), undefined],
  ["without the hash", JSON.stringify({ ...manifest, sha256: "" }), undefined],
  ["not there", undefined, undefined],
])("a manifest that is %s", (_, text, told) => {
  expect(parseManifest(text)).toEqual(told);
});
