import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commandText, sh } from "../../runner/define/command.ts";
import type { WaitStep } from "../../runner/define/step.ts";
import { waitFor } from "../../runner/operations/wait-for.ts";
import { runScript, shells, temporaryFolder } from "../probes/run-probe.ts";
import { serveFolder } from "./serve-folder.ts";
import { wanted } from "./take-steps.ts";

test.each([
  [{ port: 6443 }, "127.0.0.1:6443"],
  [{ port: 6443, host: "cp1" }, "cp1:6443"],
  [{ http: { url: "http://127.0.0.1/healthz" } }, "http://127.0.0.1/healthz"],
  [{ path: "/run/x.sock" }, "/run/x.sock"],
  [{ command: sh`systemctl is-active etcd` }, "systemctl is-active etcd"],
])("%j: waits when it is not ready, and says for what", (args, subject) => {
  expect(waitFor.plan({ args, current: { ready: true } })).toEqual([]);
  const [step] = waitFor.plan({ args, current: { ready: false } });
  expect(step).toMatchObject({
    kind: "wait",
    timeoutMs: 60_000,
    intervalMs: 1000,
    touches: ["everything"],
    changes: [{ attribute: subject, from: "not ready", to: "ready" }],
  });
  expect(step!.effects.map(({ answer }) => answer(false))).toEqual([true]);
});

test.each([
  [{}, /exactly one thing to wait for is needed \(port, http, path, command\), none is given/],
  [{ port: 1, path: "/x" }, /given are port and path/],
  [{ port: 0 }, /port/],
  [{ port: 1, host: "-x" }, /host name or an IP address/],
  [{ http: { url: "ftp://x" } }, /http: or https:/],
  [{ path: "x" }, /absolute clean path/],
])("%j is refused", (args, message) => {
  expect(() => waitFor(args)).toThrow(message);
});

describe.each(shells)("on a real host with $name", (shell) => {
  /** Whether there is nothing to wait for, as the probe and as the step's own command say. */
  const ready = (args: Parameters<typeof waitFor>[0]) => {
    const steps = wanted(waitFor(args), false, shell) as readonly WaitStep[];
    for (const { until } of steps) {
      const { exitCode } = runScript(commandText(until, String), shell);
      expect(exitCode, "the step's command and the probe agree").not.toBe(0);
    }
    return steps.length === 0;
  };

  test("tells what is ready from what is not", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "healthz"), "ok");
    const port = await serveFolder(folder);
    const url = `http://127.0.0.1:${port}`;
    if (!shell.busybox) {
      expect(ready({ port })).toBe(true);
      expect(ready({ port: 1 })).toBe(false);
    }
    expect(ready({ http: { url: `${url}/healthz` } })).toBe(true);
    expect(ready({ http: { url: `${url}/missing` } })).toBe(false);
    expect(ready({ http: { url: `${url}/missing`, status: 404, insecure: true } })).toBe(true);
    expect(ready({ http: { url: "http://127.0.0.1:1/" } })).toBe(false);
    expect(ready({ path: join(folder, "healthz") })).toBe(true);
    expect(ready({ path: join(folder, "it's missing") })).toBe(false);
    expect(ready({ command: sh`grep -q ok ${join(folder, "healthz")}` })).toBe(true);
    expect(ready({ command: sh`grep -q other ${join(folder, "healthz")}` })).toBe(false);
  });
});
