import type { Schedule } from "../../runner/schedule/schedule.ts";
import { readWhen } from "../../runner/schedule/when.ts";

/** A schedule with words that shells, systemd and cron would like to understand. */
export const aSchedule = (changes: Partial<Schedule> = {}): Schedule => ({
  name: "nightly",
  command: ["drift", "site.ts", "-i", "hosts.yaml", "-l", "web:!web3", "--become-password-file", "credential:sudo"],
  folder: "/srv/infra",
  at: readWhen("Mon-Fri 03:15"),
  delaySeconds: 900,
  deadlineSeconds: 3600,
  environmentFiles: ["/etc/ts-play/nightly.env"],
  credentials: [{ name: "sudo", file: "/etc/ts-play/sudo" }],
  ...changes,
});

export const program = ["/usr/bin/node", "/srv/infra/node_modules/ts-play/bin/ts-play.js"];
