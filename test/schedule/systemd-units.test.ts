import { expect, test } from "vitest";
import { systemdUnits } from "../../runner/schedule/systemd-units.ts";
import { aSchedule, program } from "./a-schedule.ts";

const units = systemdUnits(aSchedule(), program);

test("a service runs the command for a limited time, and says when it has failed", () => {
  expect(units["ts-play-nightly.service"]).toContain(`[Service]
Type=exec
WorkingDirectory=/srv/infra
ExecStart=/usr/bin/node /srv/infra/node_modules/ts-play/bin/ts-play.js drift site.ts -i hosts.yaml -l "web:!web3" --become-password-file %d/sudo
ExecStopPost=/usr/bin/node /srv/infra/node_modules/ts-play/bin/ts-play.js schedule record nightly
EnvironmentFile=/etc/ts-play/nightly.env
LoadCredential=sudo:/etc/ts-play/sudo
SuccessExitStatus=0 2
RuntimeMaxSec=3600
`);
  expect(units["ts-play-nightly.service"]).toContain("OnFailure=ts-play-nightly-alert.service\n");
});

test("a timer starts it late by chance, and makes up for what was missed", () => {
  expect(units["ts-play-nightly.timer"]).toContain(`[Timer]
OnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 03:15:00
RandomizedDelaySec=900
AccuracySec=1
Persistent=true
`);
});

test("another timer asks whether it has happened", () => {
  expect(units["ts-play-nightly-watch.service"]).toContain("ts-play.js schedule check nightly\n");
  expect(units["ts-play-nightly-watch.service"]).toContain("OnFailure=ts-play-nightly-alert.service\n");
});

test("whoever tells of it does so also without the file of variables, which may be what is missing", () => {
  for (const name of ["watch", "alert"])
    expect(units[`ts-play-nightly-${name}.service`]).toContain("EnvironmentFile=-/etc/ts-play/nightly.env\n");
});

test.each([
  ["credential:sudo", "%d/sudo"],
  ["@credential:vars", "@%d/vars"],
  ["prod@credential:vault", "prod@%d/vault"],
  ["--password-file=credential:login", "--password-file=%d/login"],
  ["not-a-credential:x", "not-a-credential:x"],
])("a credential is a file in systemd's own folder: %s", (word, path) => {
  const { "ts-play-nightly.service": text } = systemdUnits(aSchedule({ command: [word] }), ["/n"]);
  expect(text).toContain(`ExecStart=/n ${path}\n`);
});

test("a line break in a command begins no other setting", () => {
  const { "ts-play-nightly.service": text } = systemdUnits(
    aSchedule({ command: ["exec", "all", "uptime\nUser=bob"] }),
    ["/n"],
  );
  expect(text).toContain("Description=ts-play exec all uptime User=bob (nightly)\n");
  expect(text).toContain('ExecStart=/n exec all "uptime\\nUser=bob"\n');
});

test("words of a command mean nothing to systemd", () => {
  const odd = [
    "site.ts",
    "-e",
    'greeting=100% $HOME "quoted" back\\slash',
    "--only",
    "a/b c",
    "-e",
    "@credential:vars",
  ];
  expect(systemdUnits(aSchedule({ command: odd }), ["/n"])["ts-play-nightly.service"]).toContain(
    'ExecStart=/n site.ts -e "greeting=100%% $$HOME \\"quoted\\" back\\\\slash" --only "a/b c" -e @%d/vars\n',
  );
});
