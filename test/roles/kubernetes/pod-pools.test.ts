import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { inventoryObjections } from "../../../roles/kubernetes/inventory-objections.ts";
import { podPools } from "../../../roles/kubernetes/pod-pools.ts";
import { siteOf } from "./cluster.ts";

const folder = mkdtempSync(join(tmpdir(), "pools-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "network.yaml");

const calico = (pool: string) => `---
apiVersion: v1
kind: ServiceAccount
metadata: { name: calico-node }
---
# Source: calico/templates/calico-node.yaml
kind: DaemonSet
metadata: { name: calico-node }
spec:
  template:
    spec:
      containers:
        - name: calico-node
          env:
            - name: WAIT_FOR_DATASTORE
              value: "true"
            # The pool of the first start
            ${pool}
---
`;
const CIDR = (value: string) => `- { name: CALICO_IPV4POOL_CIDR, value: "${value}" }`;

test.each([
  ["Calico without a pool", calico("# - name: CALICO_IPV4POOL_CIDR"), []],
  ["Calico with one", calico(CIDR("10.244.0.0/16")), [["10.244.0.0/16", "CALICO_IPV4POOL_CIDR"]]],
  [
    "a pool as an object",
    "kind: IPPool\nmetadata: { name: main }\nspec: { cidr: 10.9.0.0/16 }\n",
    [["10.9.0.0/16", "IPPool main"]],
  ],
  [
    "Calico's operator",
    "kind: Installation\nspec: { calicoNetwork: { ipPools: [{ cidr: 10.9.0.0/16 }, { cidr: fd00::/48 }] } }\n",
    [
      ["10.9.0.0/16", "ipPools of the Installation"],
      ["fd00::/48", "ipPools of the Installation"],
    ],
  ],
  [
    "flannel",
    `kind: ConfigMap\nmetadata: { name: kube-flannel-cfg }\ndata:\n  net-conf.json: |\n    { "Network": "10.9.0.0/16" }\n`,
    [["10.9.0.0/16", "ConfigMap kube-flannel-cfg"]],
  ],
  [
    "Cilium",
    'kind: ConfigMap\nmetadata: { name: cilium-config }\ndata: { cluster-pool-ipv4-cidr: "10.9.0.0/17 10.9.128.0/17" }\n',
    [
      ["10.9.0.0/17", "ConfigMap cilium-config"],
      ["10.9.128.0/17", "ConfigMap cilium-config"],
    ],
  ],
])("%s", (_, text, wanted) => {
  writeFileSync(file, text);
  expect(podPools(file).map(({ subnet, said }) => [subnet, said])).toEqual(wanted);
});

describe("a manifest and kube_pod_subnet", () => {
  const objections = (text: string) => {
    writeFileSync(file, text);
    return inventoryObjections(siteOf({}, { kube_network: { kind: "manifest", file } })).map(({ message }) => message);
  };

  test("a pool in it is well, and so is none, or one of the other family", () => {
    for (const one of [
      calico(""),
      calico(CIDR("10.244.0.0/16")),
      calico(CIDR("10.244.64.0/18")),
      calico(CIDR("fd00::/48")),
    ])
      expect(objections(one)).toEqual([]);
  });
  test("another pool, or a wider one, is refused", () => {
    for (const subnet of ["192.168.0.0/16", "10.244.0.0/15"])
      expect(objections(calico(CIDR(subnet)))).toEqual([
        `${file} gives pods addresses of ${subnet} (CALICO_IPV4POOL_CIDR), and kube_pod_subnet is 10.244.0.0/16`,
      ]);
  });
  test("what cannot be read is refused", () => {
    expect(objections("a: [")[0]).toContain(`${file}: this is no YAML`);
    rmSync(file);
    expect(inventoryObjections(siteOf({}, { kube_network: { kind: "manifest", file } }))[0]?.message).toContain(
      "ENOENT",
    );
  });
});
