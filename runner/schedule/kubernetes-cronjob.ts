import type { Schedule } from "./schedule.ts";
import { shellLine } from "./shell-line.ts";

const SECRETS = "/run/secrets/ts-play";

/**
 * A CronJob of Kubernetes. `image` holds the project in `schedule.folder` with its packages. The Secret `ts-play-<name>` has
 * the SSH key (`id_ed25519`), `known_hosts` and the credentials as keys; the Secret `ts-play-<name>-env` is the environment, where there is one.
 */
export function kubernetesCronJob(schedule: Schedule, image: string): string {
  const { name, at, command, folder, delaySeconds, deadlineSeconds } = schedule;
  const run = shellLine(["npx", "--no-install", "ts-play"], command, (wanted) => `${SECRETS}/${wanted}`);
  const script = `sleep "$(shuf -n 1 -i 0-${delaySeconds})"; exec timeout -k 60 ${deadlineSeconds} ${run}`;
  return `apiVersion: batch/v1
kind: CronJob
metadata:
  name: ts-play-${name}
spec:
  schedule: ${JSON.stringify(at.cron)}
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      activeDeadlineSeconds: ${delaySeconds + deadlineSeconds + 120}
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          automountServiceAccountToken: false
          containers:
            - name: ts-play
              image: ${JSON.stringify(image)}
              workingDir: ${JSON.stringify(folder)}
              command: ["sh", "-c", ${JSON.stringify(script)}]
              env:
                - name: TS_PLAY_PRIVATE_KEY
                  value: ${SECRETS}/id_ed25519
                - name: TS_PLAY_KNOWN_HOSTS
                  value: ${SECRETS}/known_hosts
              envFrom:
                - secretRef:
                    name: ts-play-${name}-env
                    optional: true
              volumeMounts:
                - name: secrets
                  mountPath: ${SECRETS}
                  readOnly: true
                - name: state
                  mountPath: ${JSON.stringify(`${folder.replace(/\/$/, "")}/.ts-play`)}
${volumes(name)}`;
}

const volumes = (name: string): string => `          volumes:
            - name: secrets
              secret:
                secretName: ts-play-${name}
                defaultMode: 256 # 0400
            - name: state
              persistentVolumeClaim:
                claimName: ts-play-${name}
`;
