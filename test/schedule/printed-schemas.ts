const text = { type: "string", minLength: 1 };
const variables = { type: "object", additionalProperties: { type: "string" } };
const number = { type: "integer", minimum: 0 };

/** Every field that is allowed, and those that must be there. */
const fields = (properties: Readonly<Record<string, object>>, ...required: readonly string[]): object => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const list = (items: object): object => ({ type: "array", items, minItems: 1 });

const step = fields({
  name: text,
  if: text,
  uses: { ...text, pattern: "^[\\w-]+(/[\\w-]+)+@v\\d+$" },
  with: { type: "object" },
  run: text,
  env: variables,
});

/** The part of a workflow's syntax that ours may use; docs.github.com, "Workflow syntax". */
export const workflowSchema = fields(
  {
    name: text,
    on: fields({ schedule: list(fields({ cron: text }, "cron")), workflow_dispatch: { type: "null" } }, "schedule"),
    permissions: variables,
    concurrency: fields({ group: text, "cancel-in-progress": { type: "boolean" } }, "group"),
    jobs: {
      type: "object",
      propertyNames: { pattern: "^[A-Za-z_][\\w-]*$" },
      additionalProperties: fields(
        { "runs-on": text, "timeout-minutes": number, steps: list(step) },
        "runs-on",
        "steps",
      ),
    },
  },
  "on",
  "jobs",
);

const container = fields(
  {
    name: text,
    image: text,
    workingDir: text,
    command: list(text),
    env: list(fields({ name: text, value: text }, "name")),
    envFrom: list(fields({ secretRef: fields({ name: text, optional: { type: "boolean" } }, "name") })),
    volumeMounts: list(fields({ name: text, mountPath: text, readOnly: { type: "boolean" } }, "name", "mountPath")),
  },
  "name",
  "image",
);
const pod = fields(
  {
    restartPolicy: { enum: ["Never", "OnFailure"] },
    automountServiceAccountToken: { type: "boolean" },
    containers: list(container),
    volumes: list(
      fields(
        {
          name: text,
          secret: fields({ secretName: text, defaultMode: { type: "integer", minimum: 0, maximum: 511 } }),
          persistentVolumeClaim: fields({ claimName: text }, "claimName"),
        },
        "name",
      ),
    ),
  },
  "restartPolicy",
  "containers",
);

/** The part of batch/v1 CronJob that ours may use; kubernetes.io, "CronJob v1". */
export const cronJobSchema = fields(
  {
    apiVersion: { const: "batch/v1" },
    kind: { const: "CronJob" },
    metadata: fields({ name: { ...text, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", maxLength: 52 } }, "name"),
    spec: fields(
      {
        schedule: text,
        concurrencyPolicy: { enum: ["Allow", "Forbid", "Replace"] },
        startingDeadlineSeconds: number,
        successfulJobsHistoryLimit: number,
        failedJobsHistoryLimit: number,
        jobTemplate: fields({
          spec: fields(
            { activeDeadlineSeconds: number, backoffLimit: number, template: fields({ spec: pod }, "spec") },
            "template",
          ),
        }),
      },
      "schedule",
      "jobTemplate",
    ),
  },
  "apiVersion",
  "kind",
  "metadata",
  "spec",
);
