import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execute } from "../runner/lab/execute.ts";
import { type Lab, resetHost, runOnHost } from "../runner/lab/lab.ts";
import { type Fleet, type FleetHost, makeFleet } from "./fleet.ts";
import { cache, logs } from "./folders.ts";
import { measure } from "./measure.ts";
import type { Row, Sample } from "./results.ts";

const count = 500;
/** Addresses that RFC 2544 keeps for benchmarks: no network has them. */
const network = "198.18.0.0/16";
const addressOf = (index: number): string => `198.18.${Math.floor(index / 250)}.${(index % 250) + 1}`;

const playbook = join("bench", "workload", "no-op-20.ts");

interface ManyHosts {
  readonly lab: Lab;
  readonly program: string;
  readonly reps: number;
  readonly log: (line: string) => void;
}

/** Five hundred hosts of the inventory that are addresses of one sshd, and twenty tasks on each that change nothing. */
export async function runManyHosts({ lab, program, reps, log }: ManyHosts): Promise<readonly Row[]> {
  const { name, address } = lab.hosts[0]!;
  await resetHost(lab, name);
  await runOnHost(lab, address, answerManyAddresses);
  await execute("ip", ["route", "replace", network, "via", address]);
  try {
    const fleet = makeFleet(
      lab,
      "500",
      Array.from({ length: count }, (_, index) => aliasOf(address, index)),
    );
    await once(fleet, program, "warm", ["--limit", "alias1"]);
    const samples: Sample[] = [];
    for (let rep = 1; rep <= reps; rep++) {
      const { remark, ...sample } = await once(fleet, program, String(rep));
      log(
        `hosts-500    ts-play      ${rep}: wall ${sample.wallSeconds.toFixed(1)} s, peak ${(sample.peakBytes / 1e6).toFixed(0)} MB, loop p99 ${sample.loopP99Ms?.toFixed(1)} ms ${remark ?? ""}`,
      );
      samples.push(sample);
      if (remark) return [{ scenario: "hosts-500", contestant: "ts-play", samples, remark }];
    }
    return [{ scenario: "hosts-500", contestant: "ts-play", samples }];
  } finally {
    await execute("ip", ["route", "del", network]);
    await resetHost(lab, name);
  }
}

const aliasOf = (address: string, index: number): FleetHost => ({
  ...{ address: addressOf(index), port: 22, bench_ip: address },
  ...{ bench_name: `alias${index + 1}`, bench_id: index + 1, bench_role: "web" },
});

async function once(fleet: Fleet, program: string, run: string, more: readonly string[] = []) {
  const loopFile = join(cache, "loop.json");
  const monitor = join("bench", "loop-monitor.js");
  const inventory = join(fleet.folder, "hosts.yaml");
  const { output, exitCode, ...sample } = await measure(
    {
      program: process.execPath,
      args: ["--import", `./${monitor}`, program, playbook, "-i", inventory, "--output", "lines", ...more],
      env: { BENCH_LOOP_FILE: loopFile },
    },
    join(logs, `hosts-500-${run}.log`),
    fleet.lab,
    [fleet.lab.hosts[0]!.name],
  );
  const loop = JSON.parse(readFileSync(loopFile, "utf8")) as Pick<Sample, "loopP99Ms" | "loopOwnP99Ms">;
  const changed = /\bchanged[= ]+[1-9]/.test(output) && run !== "warm";
  const remark = exitCode !== 0 ? `exit code ${exitCode}` : changed ? "it changed something" : undefined;
  return { ...sample, ...loop, remark };
}

/**
 * One host takes all connections. To ts-play its addresses are different hosts, each with a lock of its own, so every
 * session of these addresses gets its own lock file; mount_namespaces(7).
 */
const answerManyAddresses = `set -e
ip route replace local ${network} dev lo
cat >/usr/local/sbin/own-lock <<'end'
#!/bin/sh
touch /run/ts-play.lock "/run/lock-of-$$"
export LOCK="/run/lock-of-$$"
exec unshare --mount sh -c 'mount --bind "$LOCK" /run/ts-play.lock && exec sh -c "$SSH_ORIGINAL_COMMAND"'
end
chmod 755 /usr/local/sbin/own-lock
cat >/etc/ssh/sshd_config.d/many.conf <<'end'
MaxStartups 1000
MaxSessions 1000
Match LocalAddress ${network}
  ForceCommand /usr/local/sbin/own-lock
end
systemctl restart ssh`;
