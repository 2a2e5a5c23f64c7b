import { expect, test } from "vitest";
import { type Footprint, Footprints, footprintsMeet } from "../../runner/define/footprint.ts";

const some: readonly Footprint[] = [
  "everything",
  "packages",
  "units",
  "accounts",
  "account-files",
  "path:/etc/passwd",
  "path:/srv",
  "path:/srv/a/b",
  "path:/srvx",
  "tree:/",
  "tree:/srv",
  "tree:/srv/a",
  "tree:/srv/a/b/c",
  "unit:a.service",
  "user:a",
];

test("many footprints meet what one of them meets", () => {
  for (const one of some)
    for (const other of some) {
      const touched = new Footprints("touched");
      touched.add(["module:x", one]);
      expect([one, other, touched.meet(["module:y", other])]).toEqual([one, other, footprintsMeet([one], [other])]);
      const looked = new Footprints("looked");
      looked.add(["module:x", one]);
      expect([one, other, looked.meet(["module:y", other])]).toEqual([one, other, footprintsMeet([other], [one])]);
    }
});
