import { wantedCredentials } from "./credential.ts";
import type { Schedule } from "./schedule.ts";
import { shellLine } from "./shell-line.ts";

/** Checking out, installing. */
const SETUP_MINUTES = 10;

const SETUP = `      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
          cache: npm
      - run: npm ci
`;

/**
 * A workflow of GitHub Actions. Secrets are the repository's: SSH_PRIVATE_KEY, SSH_KNOWN_HOSTS, those of `names`, and one
 * for each credential. Drift (exit code 2) fails the job, so that it is seen and told.
 */
export function githubWorkflow(schedule: Schedule, names: readonly string[]): string {
  const { name, at, command, delaySeconds, deadlineSeconds } = schedule;
  const run = shellLine(["npx", "--no-install", "ts-play"], command, (wanted) => `$RUNNER_TEMP/${wanted}`);
  const minutes = Math.ceil((delaySeconds + deadlineSeconds) / 60) + SETUP_MINUTES;
  const secrets = ["TS_PLAY_WEBHOOK", ...names.filter((one) => one !== "TS_PLAY_WEBHOOK")];
  return `name: ts-play ${name}
on:
  schedule:
    - cron: ${JSON.stringify(at.cron)}
  workflow_dispatch:
permissions:
  contents: read
concurrency:
  group: ts-play
  cancel-in-progress: false
jobs:
  ${name}:
    runs-on: ubuntu-latest
    timeout-minutes: ${minutes}
    steps:
${SETUP}      - name: Since when something has drifted
        uses: actions/cache/restore@v4
        with:
          path: .ts-play/drift
          key: ts-play-${name}-\${{ github.run_id }}
          restore-keys: ts-play-${name}-
      - name: Keys
        env:
          SSH_PRIVATE_KEY: \${{ secrets.SSH_PRIVATE_KEY }}
          SSH_KNOWN_HOSTS: \${{ secrets.SSH_KNOWN_HOSTS }}
${wantedCredentials(command).map(credentialSecret).join("")}        run: |
          mkdir -p -m 700 ~/.ssh
          printf '%s\\n' "$SSH_PRIVATE_KEY" | install -m 600 /dev/stdin ~/.ssh/id_ed25519
          printf '%s\\n' "$SSH_KNOWN_HOSTS" >>~/.ssh/known_hosts
${wantedCredentials(command).map(credentialFile).join("")}      - name: ${JSON.stringify(`ts-play ${command.join(" ")}`)}
        env:
${secrets.map((one) => `          ${one}: \${{ secrets.${one} }}\n`).join("")}        run: |
          sleep "$(shuf -n 1 -i 0-${delaySeconds})"
          timeout -k 60 ${deadlineSeconds} ${run}
      - name: Keep it, also when the check has failed
        if: always()
        uses: actions/cache/save@v4
        with:
          path: .ts-play/drift
          key: ts-play-${name}-\${{ github.run_id }}
`;
}

const variable = (credential: string): string => `CREDENTIAL_${credential.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;

const credentialSecret = (name: string): string => `          ${variable(name)}: \${{ secrets.${variable(name)} }}\n`;

const credentialFile = (name: string): string =>
  `          printf '%s\\n' "$${variable(name)}" | install -m 600 /dev/stdin "$RUNNER_TEMP/${name}"\n`;
