import { Group, z } from "ts-play";
import { expect, test } from "vitest";
import rotate from "../../../playbooks/etcd-rotate-ca.ts";
import { etcdInventoryVars } from "../../../roles/etcd/cluster.ts";

const etcd = new Group("etcd", [{ name: "etcd1", address: "192.0.2.11" }]);
const titles = (etcd_only_trust: boolean, etcd_forget_former: boolean) =>
  rotate
    .plays({
      groups: { etcd },
      vars: {
        ...z.object(etcdInventoryVars).parse({}),
        etcd_former_pki_folder: "pki/etcd",
        etcd_pki_folder: "pki/next",
        etcd_only_trust,
        etcd_forget_former,
      },
    })
    .map(({ title }) => title);

const restarts = ["Followers: restart if they must", "Leader: restart if it must"];
const trust = ["Trust both authorities", ...restarts];

test("nobody shows certificates of the new authority while clients have yet to trust it", () => {
  expect(titles(true, false)).toEqual(trust);
  expect(titles(true, true)).toEqual(trust);
});

test("the new one issues when both are trusted, and is trusted alone at the end", () => {
  const issued = [...trust, "Certificates of the new authority"];
  expect(titles(false, false)).toEqual(issued);
  expect(titles(false, true)).toEqual([...issued, "Trust the new one alone", ...restarts]);
});
