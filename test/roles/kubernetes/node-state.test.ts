import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeState } from "../../../roles/kubernetes/node-state.ts";

let folder: string;

/** A control plane's files, and a kubectl that answers each question as the cases say. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "node-state-"));
  for (const path of ["bin", "pki", "manifests", "pods"]) mkdirSync(join(folder, path));
  for (const path of ["pki/ca.crt", "admin.conf", "kubelet.conf", "config.yaml", "manifests/kube-apiserver.yaml"])
    writeFileSync(join(folder, path), "there");
});
afterEach(() => rmSync(folder, { recursive: true }));

function stageWhen(nodes: string, addons: string): string {
  const kubectl = `#!/bin/sh\ncase "$*" in *'get nodes'*) ${nodes} ;; *) ${addons} ;; esac\n`;
  writeFileSync(join(folder, "bin/kubectl"), kubectl, { mode: 0o755 });
  const script = nodeState("ma1")
    .kind.command(["ma1" as never])
    .toString()
    .replaceAll(/\/etc\/kubernetes|\/var\/lib\/kubelet/g, folder);
  const env = { PATH: `${folder}/bin:${process.env.PATH}` };
  const stdout = execFileSync("sh", ["-c", script], { env, encoding: "utf8" });
  return stdout.split("\n")[1] ?? "";
}

const both = "echo daemonset.apps/kube-proxy; echo deployment.apps/coredns";
const alone = "echo node/ma1";

describe("how far a control plane has come", () => {
  test("to the end, when the cluster knows it and has its last objects", () =>
    expect(stageWhen(alone, both)).toBe("master"));

  test("to the end also without the last objects, when its kubelet renews its own certificate: they may be left out on purpose", () => {
    writeFileSync(join(folder, "kubelet.conf"), "client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem");
    expect(stageWhen(alone, ":")).toBe("master");
  });

  test("and when another node has joined", () =>
    expect(stageWhen("echo node/ma1; echo node/ma2", "echo daemonset.apps/kube-proxy")).toBe("master"));

  test.each([
    ["the cluster does not know it yet", "echo node/ma2", both],
    ["one of the last objects is not there", alone, "echo daemonset.apps/kube-proxy"],
    ["none of them is", alone, ":"],
  ])("not so far, when %s", (_, nodes, addons) => expect(stageWhen(nodes, addons)).toBe("partial"));

  test("not so far, when its kubelet has a configuration, and was never started", () => {
    rmSync(join(folder, "pods"), { recursive: true });
    expect(stageWhen("exit 1", "exit 1")).toBe("partial");
    writeFileSync(join(folder, "kubelet.conf"), "client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem");
    expect(stageWhen("exit 1", "exit 1")).toBe("silent");
  });

  test("not so far, when the administrator was never given rights: only the super-admin can ask", () => {
    writeFileSync(join(folder, "super-admin.conf"), "there");
    const forbidden = `case "$*" in *super-admin.conf*) ;; *) exit 1 ;; esac`;
    expect(stageWhen(forbidden, both)).toBe("partial");
    expect(stageWhen(`${forbidden}; ${alone}`, "exit 1")).toBe("silent");
  });

  test("not so far, when its kubelet was never given a configuration: what could answer was never started", () => {
    rmSync(join(folder, "config.yaml"));
    expect(stageWhen("exit 1", "exit 1")).toBe("partial");
  });

  test("is waited for, when its kubelet has only just begun: what that starts may yet answer", () => {
    const began = "echo $(($(cut -d . -f 1 /proc/uptime) * 1000000))";
    for (const [name, body] of [
      ["systemctl", began],
      ["sleep", ":"],
    ])
      writeFileSync(join(folder, "bin", name!), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    const laterOn = `[ -e ${folder}/asked ] || { touch ${folder}/asked; exit 1; }; ${alone}`;
    expect(stageWhen(laterOn, both)).toBe("master");
  });

  test.each([
    ["at all", "exit 1", both],
    ["the second time: it is not to be cleaned for that", alone, "exit 1"],
  ])("cannot be said, when the cluster does not answer %s", (_, nodes, addons) =>
    expect(stageWhen(nodes, addons)).toBe("silent"),
  );
});
