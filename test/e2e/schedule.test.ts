import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runOnHost } from "../../runner/lab/lab.ts";
import { buildTsPlay } from "../fault/ts-play.ts";
import { useLab } from "./lab-fixture.ts";
import { FOLDER, makeControlMachine, TS_PLAY } from "./schedule/control-machine.ts";
import { type Receiver, startReceiver } from "./schedule/receiver.ts";

const lab = useLab({ name: "sched", hosts: ["ctl", "kept1"] });
let receiver: Receiver;

beforeAll(async () => {
  buildTsPlay();
  await makeControlMachine(lab(), "ctl", ["kept1"]);
  receiver = await startReceiver();
  const gateway = lab().network.replace(/0\/24$/, "1");
  await on(`umask 077; echo 'TS_PLAY_WEBHOOK=http://${gateway}:${receiver.port}/a-secret-path' >/etc/ts-play/env`);
  const built = await tsPlay("kept.ts -i hosts.yaml --private-key /root/key");
  expect(built, built.text).toMatchObject({ exitCode: 0 });
});
afterAll(() => receiver?.close());

const on = (command: string, host = "ctl"): Promise<string> =>
  runOnHost(lab(), lab().hosts.find(({ name }) => name === host)!.address, command);

/** ts-play on the control machine. */
async function tsPlay(line: string): Promise<{ readonly exitCode: number; readonly text: string }> {
  const said = await on(`cd ${FOLDER} && { ${TS_PLAY} ${line} 2>&1; echo "exit $?"; }`);
  const [, text = "", code] = /^([\s\S]*)exit (\d+)\n$/.exec(said) ?? [];
  return { exitCode: Number(code), text };
}

const DRIFT = "drift kept.ts -i hosts.yaml --save --private-key credential:key";
const SECRETS = "--environment-file /etc/ts-play/env --credential key=/root/key --delay 0s";

/** How the last run of a schedule ended; undefined before the first. */
const last = async (name: string): Promise<Record<string, unknown> | undefined> =>
  JSON.parse(await on(`cat /var/lib/ts-play/schedules/${name}.last.json 2>/dev/null || echo null`)) ?? undefined;
const eventually = { timeout: 120_000, interval: 500 };
const alerts = (): readonly string[] => receiver.bodies.filter((body) => body.includes('"schedule"'));

/** Holds a host's lock, as a run does, until that is called which this answers. */
async function lockHeld(host: string): Promise<() => Promise<unknown>> {
  await on("setsid -f flock /run/ts-play.lock sleep 4321 >/dev/null 2>&1", host);
  return () => on("pkill -fx 'sleep 4321'", host);
}

describe("a schedule of drift checks", () => {
  test("is a timer of systemd, which systemd finds well made, and no secret is in it", async () => {
    const made = await tsPlay(
      `schedule install often --at '*:*:0/5' ${SECRETS} --prometheus /root/often.prom -- ${DRIFT}`,
    );
    expect(made, made.text).toMatchObject({ exitCode: 0 });
    expect(made.text).toContain("installed often: ts-play drift kept.ts");
    const units = await on(
      "cd /etc/systemd/system && systemd-analyze verify --man=no ts-play-often* 2>&1; cat ts-play-often*",
    );
    expect(units).toContain("LoadCredential=key:/root/key\n");
    expect(units).not.toMatch(/a-secret-path|PRIVATE KEY|ts-play-often[^\n]*: (?!\[)/);
  });

  test("runs by itself: the check is made, kept, told and recorded", async () => {
    await expect.poll(() => last("often"), eventually).toMatchObject({ result: "success", exitCode: 0 });
    expect(await on(`ls ${FOLDER}/.ts-play/drift`)).not.toBe("");
    expect(JSON.parse(receiver.bodies[0]!)).toMatchObject({ format: "ts-play-webhook", verdict: { tone: "good" } });
    const list = await tsPlay("schedule list");
    expect(list.text).toMatch(/often: ts-play drift kept\.ts .*\n {2}in {4}\/srv\/infra\n/);
    expect(list.text).toMatch(/last {2}\d{4}-.*, exit code 0\n {2}state on time\n/);
    expect(await tsPlay("schedule check")).toEqual({ exitCode: 0, text: "often: on time\n" });
    await expect
      .poll(() => on("cat /root/often.prom"), eventually)
      .toMatch(/ts_play_schedule_exit_code\{schedule="often"\} 0\n/);
  });

  test("that finds drift has happened", async () => {
    await on("chmod 600 /etc/kept.conf", "kept1");
    await expect.poll(() => last("often"), eventually).toMatchObject({ result: "success", exitCode: 2 });
    await on("chmod 644 /etc/kept.conf", "kept1");
    expect(alerts()).toEqual([]);
  });

  test("that meets a run does not judge its hosts, and says that it did not happen", async () => {
    const free = await lockHeld("kept1");
    await expect.poll(() => last("often"), eventually).toMatchObject({ result: "exit-code", exitCode: 5 });
    await expect.poll(alerts, eventually).not.toEqual([]);
    expect(JSON.parse(alerts()[0]!)).toMatchObject({
      schedule: { name: "often", last: { exitCode: 5 } },
      text: expect.stringContaining("the schedule often did not happen: exit code 5"),
    });
    await expect
      .poll(() => on("journalctl -p err -u ts-play-often-alert.service"), eventually)
      .toContain("did not happen: exit code 5");
    await free();
    await expect.poll(() => last("often"), eventually).toMatchObject({ exitCode: 0 });
  });

  test("whose timer was stopped is found by the other one", async () => {
    await on("systemctl stop ts-play-often.timer");
    expect(await tsPlay("schedule check")).toEqual({
      exitCode: 3,
      text: "often: its timer is inactive: systemctl enable --now ts-play-often.timer\n",
    });
  });

  test("that has not happened for too long is told of", async () => {
    await on("sed -i 's/^OnCalendar=.*/OnCalendar=yearly/' /etc/systemd/system/ts-play-often.timer");
    await on("systemctl daemon-reload; systemctl start ts-play-often.timer");
    // One that is under way would write down how it ended.
    await expect.poll(() => on("systemctl is-active ts-play-often.service || :"), eventually).toBe("inactive\n");
    const happenedAt = "2020-01-01T00:00:00.000Z";
    const old = { v: 1, endedAt: happenedAt, result: "success", exitCode: 0, happenedAt };
    await on(`echo '${JSON.stringify(old)}' >/var/lib/ts-play/schedules/often.last.json`);
    const before = alerts().length;
    await on("systemctl start ts-play-often-watch.service || :");
    await expect.poll(() => alerts().slice(before).join(), eventually).toContain("has not happened since 2020-01-01");
  });

  test("can be given again with other words, and then has one set of units", async () => {
    const again = await tsPlay(`schedule install often --at '*:*:0/5' --deadline 2s ${SECRETS} -- ${DRIFT} --wait 600`);
    expect(again.text).toContain("changed often");
    expect((await on("ls /etc/systemd/system")).match(/ts-play-\S+/g)).toHaveLength(5);
  });

  test("is ended at its deadline", async () => {
    const free = await lockHeld("kept1");
    await expect.poll(() => last("often"), eventually).toMatchObject({ result: "timeout" });
    await free();
    await expect.poll(() => alerts().some((body) => body.includes("ended at its deadline")), eventually).toBe(true);
  });

  test("that cannot even begin is told of", async () => {
    await on("rm /root/key.copy 2>/dev/null; cp /root/key /root/key.copy");
    const words = SECRETS.replace("/root/key", "/root/key.copy");
    await tsPlay(`schedule install often --at '*:*:0/5' ${words} -- ${DRIFT}`);
    const before = alerts().length;
    await on("rm /root/key.copy");
    // systemd's exit code for credentials that it could not set up; systemd.exec(5).
    await expect.poll(() => alerts().slice(before).join(), eventually).toContain("exit code 243");
  });

  test("is gone when it is removed", async () => {
    expect(await tsPlay("schedule remove often")).toEqual({ exitCode: 0, text: "removed often\n" });
    // A run that is under way goes on to its end, and writes for a moment.
    await expect
      .poll(() => on("ls /etc/systemd/system /var/lib/ts-play/schedules; systemctl list-timers --all"), eventually)
      .not.toContain("often");
    expect((await tsPlay("schedule list")).text).toBe("There is no schedule.\n");
    expect(await tsPlay("schedule check")).toMatchObject({ exitCode: 1 });
  });
});

test("who is not root is told when no manager of units runs for them, and nothing is left", async () => {
  await on(`chmod -R a+rX ${FOLDER}`);
  const home = "env HOME=/home/operator XDG_RUNTIME_DIR=/run/user/1001";
  const line = `${TS_PLAY} schedule install mine --at hourly -- kept.ts -i localhost, --list-hosts`;
  const refused = await on(`cd ${FOLDER} && runuser -u operator -- ${home} ${line} 2>&1; :`);
  expect(refused).toContain("error SCH005: systemctl daemon-reload: Failed to connect to bus");
  expect(await on("cd /home/operator && find .config/systemd .local/state -type f 2>/dev/null; :")).toBe("");
});

describe("what cannot be scheduled is refused, and nothing is left of it", () => {
  test.each([
    ["--at 'every now and then' bad -- drift kept.ts -i hosts.yaml", "SCH004"],
    ["--at '*-02-30' bad -- drift kept.ts -i hosts.yaml", "SCH004"],
    ["--at '15 3 * * *' bad -- drift kept.ts -i hosts.yaml", "SCH004"],
    ["Bad -- drift kept.ts -i hosts.yaml", "SCH001"],
    ["bad -- drift kept.ts -i hosts.yaml -K", "SCH002"],
    ["bad -- drift kept.ts -i hosts.yaml -vbK", "SCH002"],
    ["bad -- drift kept.ts -i hosts.yaml --repair", "SCH002"],
    ["bad -- drift kept.ts -i hosts.yaml --vault-id prod@prompt", "SCH002"],
    ["bad -- drift kept.ts -i hosts.yaml --private-key credential:nope", "SCH002"],
    ["bad -- nosuch.ts -i hosts.yaml", "SCH002"],
    ["bad -- lab up", "SCH002"],
    ["bad -- drift kept.ts -i hosts.yaml --no-such-flag", "CLI001"],
    ["bad -- drift kept.ts -i hosts.yaml --webhook https://hooks.example/a-secret-path", "SCH003"],
    ["bad -- drift kept.ts -i hosts.yaml -e db_password=hunter2", "SCH003"],
  ])("schedule install %s", async (line, code) => {
    const refused = await tsPlay(`schedule install ${line}`);
    expect(refused.exitCode, refused.text).toBe(1);
    expect(refused.text).toContain(`error ${code}`);
    expect(refused.text).not.toMatch(/hunter2|a-secret-path/);
    expect(await on("ls /etc/systemd/system")).not.toContain("ts-play-");
  });
});
