import {
  absolutePath,
  change,
  defineOperation,
  fileHash,
  fileText,
  type Probe,
  predict,
  run,
  type Step,
  sh,
  TaskRefusal,
  type UnitState,
  unitState,
  z,
} from "ts-play";
import { STARTED } from "./unit.ts";

type Reads = { readonly unit: Probe<UnitState> } & {
  readonly [file: `hash ${string}`]: Probe<string | undefined>;
};

/** Starts a member and does not wait for it: it is up only when a majority is, and the others may have to be started after it. */
export const etcdStart = defineOperation<z.ZodObject<{ files: z.ZodReadonly<z.ZodArray<typeof absolutePath>> }>, Reads>(
  {
    name: "etcdStart",
    summary: "Starts etcd without waiting until it has joined a majority.",
    args: z.object({ files: z.array(absolutePath).readonly().describe("what it reads only when it starts") }),
    example: 'etcdStart({ files: ["/etc/etcd/etcd.env"] })',
    subject: () => "",
    read: ({ files }) => ({ unit: unitState("etcd"), ...hashes(files) }),
    plan: ({ args, current }) => {
      const { active, load } = current.unit;
      if (load === "not-found" || load === "no-systemd")
        throw new TaskRefusal("there is no unit etcd.service", "look why its file was not written");
      return IS_UP.includes(active) ? [] : [start(args.files, current, active)];
    },
  },
);

/** A member that waits for the others is `activating`. */
const IS_UP = ["active", "activating", "reloading"];

export const hashes = (files: readonly string[]): { readonly [file: `hash ${string}`]: Probe<string | undefined> } =>
  Object.fromEntries(files.map((path) => [`hash ${path}`, fileHash(path)]));

/** The lines that `sha256sum` writes; of what is not known yet there is none. */
export const startedText = (files: readonly string[], hash: (file: string) => string | undefined): string =>
  files.map((path) => (hash(path) === undefined ? "" : `${hash(path)}  ${path}\n`)).join("");

const start = (
  files: readonly string[],
  current: { readonly [file: `hash ${string}`]: string | undefined },
  active: string,
): Step =>
  run(
    sh`systemctl reset-failed etcd.service 2>/dev/null
systemctl start --no-block etcd.service
for pause in 0.1 0.2 0.3 0.4 1 1 1 1; do
  case $(systemctl is-active etcd.service) in active|activating) exit 0 ;; esac
  sleep "$pause"
done
journalctl --unit etcd --no-pager --lines=20 --output=cat >&2
exit 1`,
    {
      changes: [change("active", active, "started")],
      effects: [
        predict(unitState("etcd"), (before) => ({ ...before, active: "active", sub: "running" })),
        predict(
          fileText(STARTED),
          startedText(files, (path) => current[`hash ${path}`]),
        ),
      ],
    },
  );
