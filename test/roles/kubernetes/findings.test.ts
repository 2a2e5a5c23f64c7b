import { expect, test } from "vitest";
import { viewFindings } from "../../../roles/kubernetes/findings.ts";
import { viewIn } from "../../../roles/kubernetes/verify-probe.ts";

// As the script prints it on a control plane.
const output = `node|ma1|192.0.2.11|True|v1.34.4|{"kubernetes.io/hostname":"ma1","node-role.kubernetes.io/control-plane":""}
node|wo1|192.0.2.21|True|v1.34.4|{"kubernetes.io/hostname":"wo1"}
lease|kube-controller-manager|ma1_71f1|2
lease|kube-scheduler|ma1_d7b3|1
`;
const wanted = [
  { name: "ma1", address: "192.0.2.11", controlPlane: true },
  { name: "wo1", address: "192.0.2.21", controlPlane: false },
];
const findings = (text: string) => viewFindings(viewIn(text), wanted, "1.34.4");

test("a cluster as the inventory wants it has no findings", () => expect(findings(output)).toEqual([]));

test.each([
  ["a node that is not ready", output.replace("|True|", "|False|"), "ma1 is not ready"],
  [
    "a node under the virtual address",
    output.replace("192.0.2.11", "192.0.2.200"),
    "ma1 is known under 192.0.2.200, not 192.0.2.11",
  ],
  ["an old kubelet", output.replace("v1.34.4|{", "v1.33.1|{"), "ma1 runs v1.33.1, not v1.34.4"],
  ["a missing node", output.replace(/^node\|wo1.*\n/m, ""), "wo1 is no node of the cluster"],
  [
    "a stranger",
    `${output}node|wo9|192.0.2.29|True|v1.34.4|{}\n`,
    "wo9 is a node of the cluster, but not of the inventory",
  ],
  [
    "a wrong role",
    output.replace('{"kubernetes.io/hostname":"wo1"', '{"node-role.kubernetes.io/control-plane":""'),
    "wo1 is a control plane",
  ],
  ["an old lease", output.replace("ma1_d7b3|1", "ma1_d7b3|60"), "the lease of kube-scheduler was renewed 60 s ago"],
  [
    "a lease that nobody holds",
    output.replace(/^lease\|kube-scheduler.*\n/m, ""),
    "nobody holds the lease of kube-scheduler",
  ],
  [
    "a part that is unwell",
    `${output}unwell|kube-scheduler\n`,
    "the kube-scheduler of this host does not say that it is well",
  ],
  ["a broken pod", `${output}pod|kube-system/coredns-1\n`, "the pod kube-system/coredns-1 does not run"],
])("%s is found", (_, text, finding) => expect(findings(text)).toEqual([finding]));
