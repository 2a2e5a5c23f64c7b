import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { kubeadmJoin } from "../../../roles/kubernetes/join.ts";
import { throughPeer } from "../../../roles/kubernetes/through-peer.ts";

const HOSTS = "127.0.0.1 localhost\n192.0.2.200 kubernetes.internal\n192.0.2.20 other\n";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "peer-"));
  writeFileSync(join(folder, "hosts"), HOSTS);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the script with an /etc/hosts and a curl of its own, which knows one host that answers. */
function during(answering: string, then: string) {
  writeFileSync(
    join(folder, "curl"),
    `#!/bin/sh\ncase "$*" in *//${answering}:6443/readyz) printf 401 ;; *) printf 000; exit 7 ;; esac\n`,
  );
  chmodSync(join(folder, "curl"), 0o755);
  const own = { address: "192.0.2.200", peers: ["192.0.2.11", "192.0.2.12"] };
  const script = `${throughPeer(own)}\n${then}`.replaceAll("/etc/hosts", join(folder, "hosts"));
  return execFileSync("sh", ["-eu", "-c", script], {
    encoding: "utf8",
    stdio: "pipe",
    env: { PATH: `${folder}:${process.env.PATH}` },
  });
}
const hosts = () => readFileSync(join(folder, "hosts"), "utf8");

test("while the script runs the endpoint's name stands for a control plane that answers, and no longer", () => {
  expect(during("192.0.2.12", `cat ${join(folder, "hosts")}`)).toBe(HOSTS.replace("192.0.2.200", "192.0.2.12"));
  expect(hosts()).toBe(HOSTS);
});

test("also a script that fails, or is told to end, leaves the name as it was", () => {
  expect(() => during("192.0.2.11", "exit 4")).toThrow();
  expect(hosts()).toBe(HOSTS);
  expect(() => during("192.0.2.11", "kill -TERM $$; sleep 5")).toThrow();
  expect(hosts()).toBe(HOSTS);
});

test("where no other control plane answers, nothing is begun", () => {
  expect(() => during("192.0.2.99", "echo begun")).toThrow("none of the other control planes answers");
  expect(hosts()).toBe(HOSTS);
});

test("a host that has not the address itself does nothing of this", () =>
  expect(throughPeer(undefined).toString()).toBe(""));

describe("a control plane whose own apiserver does not answer", () => {
  const own = { address: "192.0.2.200", peers: ["192.0.2.11"] };
  const plan = (counted: boolean | undefined) =>
    kubeadmJoin.plan({
      args: {
        as: "master",
        name: "ma2",
        file: "",
        criSocket: "unix:///run/containerd/containerd.sock",
        own,
        others: [],
      },
      current: { node: { stage: "silent", ca: "one" }, etcd: "no key", counted },
    });

  test("is one whose join was interrupted, when the others do not count it among them: it is cleaned and joins", () =>
    expect(plan(false).map((step) => step.kind === "run" && step.changes?.[0]?.to)).toEqual(["cleaned", "master"]));
  test.each([true, undefined])("is left alone when the others count it, or do not answer (%s)", (counted) =>
    expect(() => plan(counted)).toThrow("the cluster does not answer it"),
  );
});
