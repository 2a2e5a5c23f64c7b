import { expect, test } from "vitest";
import { useSubject } from "./operations/subject.ts";

const subject = useSubject();

/** Every path with all that can be told of it and every file's hash; logs change by themselves, and overlayfs gives folders that are only looked at a new ctime. */
const tree = () =>
  subject().on(
    String.raw`find /etc /usr/local /srv /home /var/lib -xdev -path /var/lib/systemd -prune -o -type d -printf '%p %y %m %U:%G %T@\n' -o -printf '%p %y %m %U:%G %s %T@ %C@ %l\n' | sort
find /etc /usr/local /srv -xdev -type f -exec sha256sum {} + | sort; ls -A /run /run/lock /tmp /dev/shm | grep -v '^systemd\|utmp'
hostname; sysctl -a 2>/dev/null | grep '^net.ipv4' | grep -v rand; systemctl list-units --all --no-legend --plain | grep -v session`,
  );

const ALWAYS = "finish/command date >>/var/log/ops-runs";
test("a check of a bare host changes nothing and names exactly the tasks that apply then changes", async () => {
  const before = await tree();
  const plan = await subject().run("--check");
  expect(plan.exitCode, plan.text).toBe(0);
  expect(await tree()).toBe(before);
  const run = await subject().run();
  expect(run.exitCode, run.text).toBe(0);
  expect(run.changed).toEqual(plan.changed);
});

test("the second run changes nothing, with one round trip for each place beside the facts", async () => {
  const second = await subject().run();
  expect(second.exitCode, second.text).toBe(0);
  expect(second.changed).toEqual([ALWAYS]);
});
