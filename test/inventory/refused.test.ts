import { expect, test } from "vitest";
import { defineInventory, definePlaybook, refuseInventory, z } from "../../runner/index.ts";
import { bindContract } from "../../runner/inventory/contract.ts";
import { madeFor } from "../../runner/inventory/refused.ts";
import { playsOf } from "../../runner/plan/run-plan.ts";
import { caught } from "./caught.ts";
import { loadWritten } from "./written.ts";

const hosts = `all:
  vars:
    size: 3
  children:
    web:
      hosts:
        web1: {}
`;

/** What is told of objections that a playbook has while it makes its plays. */
async function told(...objections: Parameters<typeof refuseInventory>[0]): Promise<string[]> {
  const inventory = await loadWritten({ "hosts.yaml": hosts });
  const playbook = definePlaybook({
    summary: "Refuses what it is given.",
    inventory: defineInventory({ groups: {}, vars: z.object({}) }),
    plays: () => {
      refuseInventory(objections);
      return [];
    },
  });
  const bound = bindContract(inventory, playbook.inventory);
  return caught(() => madeFor(inventory, () => playsOf(playbook, "site.ts", bound)));
}

const words = { message: "too few", fix: "name another" };

test("what a playbook has against an inventory is told where the variable or the group stands, all of it at once", async () => {
  const lines = await told(
    { ...words, variable: "size" },
    { ...words, group: "web" },
    { ...words, variable: "absent", group: "web" },
    { ...words, host: "web1", group: "web" },
    { ...words, variable: "absent" },
  );
  expect(lines.map((line) => line.replace(/^.*hosts.yaml/, ""))).toEqual(
    [":3:5", ":5:5", ":5:5", ":7:9", ":1:1"].map((place) => `${place}: error INV027: too few. Fix: name another.`),
  );
});
