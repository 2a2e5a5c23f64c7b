import { expect, test } from "vitest";
import { everything, leftOut } from "../../runner/plan/select.ts";
import { toyFile } from "../engine/toy.ts";

const node = { id: "web/toyFile /a", role: "web", task: toyFile({ path: "/a", text: "" }), tags: ["config"] };

test.each([
  [{}, undefined],
  [{ only: ["web/toyFile /b"] }, "not in --only"],
  [{ tags: ["config"] }, undefined],
  [{ tags: ["front"] }, undefined],
  [{ tags: ["other"] }, "has none of the tags other"],
  [{ skipTags: ["config"] }, "has the skipped tag config"],
  [{ tags: ["config"], skipTags: ["front"] }, "has the skipped tag front"],
])("%o leaves the task out because: %s", (selection, reason) => {
  expect(leftOut({ ...everything, ...selection }, node, ["front"])).toBe(reason);
});
