import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { crontab } from "../../runner/schedule/crontab.ts";
import { githubWorkflow } from "../../runner/schedule/github-workflow.ts";
import { kubernetesCronJob } from "../../runner/schedule/kubernetes-cronjob.ts";
import type { Schedule } from "../../runner/schedule/schedule.ts";
import { aSchedule, program } from "./a-schedule.ts";
import { cronJobSchema, workflowSchema } from "./printed-schemas.ts";

const ajv = new Ajv({ allErrors: true });
const faults = (schema: object, text: string): unknown => {
  const valid = ajv.compile(schema);
  return valid(parse(text)) ? [] : valid.errors;
};
const isShell = (text: string): void => void execFileSync("sh", ["-n"], { input: text });

describe("lines of a crontab", () => {
  const folder = mkdtempSync(join(tmpdir(), "ts-play-cron's %-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** As cron does it: what follows the five fields, with `\%` for `%`, is given to sh. */
  const given = (changes: Partial<Schedule>, script: string) => {
    writeFileSync(join(folder, "fake.sh"), script);
    writeFileSync(join(folder, "vars.env"), "WORD='from a file'\n");
    const lines = crontab(
      aSchedule({ folder, delaySeconds: 0, environmentFiles: [join(folder, "vars.env")], ...changes }),
      ["sh", join(folder, "fake.sh")],
    );
    const [, time, line] = /^((?:\S+ ){5})(.*)$/m.exec(lines.split("\n")[1]!) ?? [];
    expect(time).toBe("15 3 * * 1,2,3,4,5 ");
    expect(line).not.toMatch(/(?<!\\)%/);
    const command = line!.replaceAll("\\%", "%");
    isShell(command);
    const { status, stdout } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
    return { status, stdout };
  };

  test("give each word of the command as it is, with the variables of its files, in its folder", () => {
    const seen = given(
      { command: ["a b", "it's", "$HOME", "100%", "credential:sudo"] },
      'pwd; printf "%s\\n" "$WORD" "$@"; exit 2',
    );
    expect(seen).toEqual({
      status: 0,
      stdout: `${folder}\nfrom a file\na b\nit's\n$HOME\n100%\n/etc/ts-play/sudo\n`,
    });
  });

  test("say nothing when all is well", () => {
    expect(given({}, "echo fine")).toEqual({ status: 0, stdout: "" });
  });

  test("say what went wrong, and that it did not happen", () => {
    expect(given({}, "echo broken >&2; exit 4")).toEqual({
      status: 4,
      stdout: "broken\nts-play: nightly did not happen, exit code 4\n",
    });
  });

  test("end it at its deadline", () => {
    expect(given({ deadlineSeconds: 1 }, "exec sleep 60")).toEqual({
      status: 124,
      stdout: "\nts-play: nightly did not happen, exit code 124\n",
    });
  });
});

describe("a workflow of GitHub Actions", () => {
  const text = githubWorkflow(aSchedule(), ["VAULT_PASSWORD"]);
  const workflow = parse(text);

  test("is one, by the schema of what it uses", () => {
    expect(faults(workflowSchema, text)).toEqual([]);
  });

  test("keeps since when something has drifted, also when drift fails the job", () => {
    const [restored, kept] = ["restore", "save"].map((what) =>
      workflow.jobs.nightly.steps.find(({ uses }: { uses?: string }) => uses === `actions/cache/${what}@v4`),
    );
    expect(kept).toMatchObject({ if: "always()", with: { key: restored.with.key, path: ".ts-play/drift" } });
  });

  test("runs the installed ts-play on time, one at a time, and ends in time", () => {
    expect(workflow.on.schedule).toEqual([{ cron: "15 3 * * 1,2,3,4,5" }]);
    expect(workflow.concurrency).toEqual({ group: "ts-play", "cancel-in-progress": false });
    const steps = workflow.jobs.nightly.steps;
    const check = steps.at(-2);
    expect(check.run).toContain(
      "timeout -k 60 3600 npx --no-install ts-play drift site.ts -i hosts.yaml -l 'web:!web3' --become-password-file \"$RUNNER_TEMP/sudo\"",
    );
    expect(check.env.VAULT_PASSWORD).toBe("$" + "{{ secrets.VAULT_PASSWORD }}");
    for (const { run } of steps) if (run !== undefined) isShell(run);
  });
});

describe("a CronJob of Kubernetes", () => {
  const text = kubernetesCronJob(aSchedule(), "registry.example/infra:1");
  const { spec } = parse(text);

  test("is one, by the schema of what it uses", () => {
    expect(faults(cronJobSchema, text)).toEqual([]);
  });

  test("runs one at a time, ends in time, and takes its secrets from Secrets", () => {
    const { containers, volumes } = spec.jobTemplate.spec.template.spec;
    expect(spec).toMatchObject({ schedule: "15 3 * * 1,2,3,4,5", concurrencyPolicy: "Forbid" });
    expect(spec.jobTemplate.spec.activeDeadlineSeconds).toBe(900 + 3600 + 120);
    isShell(containers[0].command[2]);
    expect(containers[0].command[2]).toContain('--become-password-file "/run/secrets/ts-play/sudo"');
    // 0400, which YAML 1.1 reads as an octal number and YAML 1.2 does not: so it is written in decimal.
    expect(volumes[0].secret).toEqual({ secretName: "ts-play-nightly", defaultMode: 256 });
  });
});

test("no printed text holds what a file of variables says", () => {
  const texts = [
    crontab(aSchedule(), program),
    githubWorkflow(aSchedule(), ["TOKEN"]),
    kubernetesCronJob(aSchedule(), "i"),
  ];
  for (const text of texts) expect(text).not.toContain("from a file");
});
