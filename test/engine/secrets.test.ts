import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secret } from "../../runner/define/secret.ts";
import type { Step } from "../../runner/define/step.ts";
import type { HostLink } from "../../runner/engine/host-link.ts";
import { SessionDriver } from "../../runner/engine/session-driver.ts";
import { defineTemplate, file, line, user, z } from "../../runner/index.ts";
import { Redactor } from "../../runner/report/redact.ts";
import { FakeControl } from "../../runner/testing/fake-control.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "secrets-"));
  writeFileSync(join(folder, "app.conf.ejs"), "user admin password <%= password %> end\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const none = { type: "absent" } as const;
const rendered = () =>
  defineTemplate(
    pathToFileURL(join(folder, "app.conf.ejs")),
    z.object({ password: z.any() }),
  )({
    password: secret("s3cr3t-word"),
  });

test.each<[string, () => readonly Step[]]>([
  [
    "a template",
    () =>
      file.plan({ args: { path: "/etc/app.conf", content: rendered() }, current: { state: none, hash: undefined } }),
  ],
  [
    "a file of more lines",
    () =>
      line.plan({
        args: { path: "/etc/app.conf", line: secret("s3cr3t-word"), create: true },
        current: { state: none, text: undefined },
      }),
  ],
  [
    "what a command reads",
    () =>
      user.plan({
        args: { name: "app", passwordHash: "s3cr3t-word" },
        current: {
          account: { uid: 1, group: "app", groups: [], comment: "", home: "/", shell: "/bin/sh" },
          password: undefined,
        },
      }),
  ],
])("a secret in %s is masked also where the host prints it alone", async (_, plan) => {
  const redactor = new Redactor();
  const session = { alive: true, run: () => Promise.reject(new Error("nothing is sent here")) };
  const link = { session: async () => session } as unknown as HostLink;
  const driver = new SessionDriver(link, undefined, {
    onSecret: (text) => redactor.add(text),
    redact: (text) => text,
    keepOutput: false,
    here: new FakeControl(),
  });
  const steps = plan().map((step) => ({ kind: "step", step, timeoutMs: 1000 }) as const);
  await expect(driver.carry(steps)).rejects.toThrow("nothing is sent");
  expect(redactor.redact("unknown keyword 's3cr3t-word' in line 1")).toBe("unknown keyword '***' in line 1");
});
