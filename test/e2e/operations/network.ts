import { command, defineRole, download, sh, unpack, waitFor, z } from "ts-play";

const vars = z.object({
  base: z.url().describe("where the test serves its files"),
  tool: z.string().describe("SHA-256 of /tool"),
  archive: z.string().describe("SHA-256 of /app.tgz"),
  payload: z.string().describe("SHA-256 of what the role `files` put into /usr/local/bin/ops-payload"),
});

/** What comes over the network, and what is waited for. */
export const network = defineRole({
  name: "network",
  summary: "Downloads and waits.",
  vars,
  tasks: ({ vars: { base, tool, archive, payload } }) => [
    download({
      path: "/srv/ops/tool",
      url: [`${base}/missing`, `${base}/tool`],
      sha256: tool,
      mode: "0755",
      owner: "opsuser",
      group: "opsgroup",
      env: { no_proxy: "*" },
    }),
    download({ path: "/srv/ops/local-copy", url: "file:///usr/local/bin/ops-payload", sha256: payload }),
    download({ path: "/srv/ops/app.tgz", url: `${base}/app.tgz`, sha256: archive }),
    unpack({ path: "/srv/ops/app", archive: "/srv/ops/app.tgz", sha256: archive }),
    unpack({
      path: "/srv/ops/deep/app",
      url: `${base}/app.tgz`,
      sha256: archive,
      strip: 1,
      owner: "opsuser",
      group: "opsgroup",
      stamp: ".app-version",
      env: { no_proxy: "*" },
    }),

    waitFor({ port: 22 }),
    waitFor({ port: Number(new URL(base).port), host: new URL(base).hostname, timeoutMs: 5000 }),
    waitFor({ http: { url: `${base}/missing`, status: 404, insecure: true } }),
    waitFor({ path: "/srv/ops/app/app/hello" }),
    command({
      run: sh`touch /run/ops-late-asked; systemd-run --quiet --on-active=1 --timer-property=AccuracySec=10ms touch /srv/ops/late`,
      unless: sh`[ -e /run/ops-late-asked ] || [ -e /srv/ops/late ]`,
      changes: ["path:/run/ops-late-asked"],
    }),
    waitFor({ command: sh`test -e /srv/ops/late`, intervalMs: 100 }),
  ],
});
