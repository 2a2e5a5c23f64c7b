import { z } from "zod";
import { defineOperation } from "../define/operation.ts";
import { change, remove } from "../define/step.ts";
import { TaskRefusal } from "../define/task.ts";
import { mountPoints } from "../probes/mount-points.ts";
import { pathState } from "../probes/path-state.ts";
import { absolutePath } from "./absolute-path.ts";
import { absentAfterwards } from "./path-effects.ts";
import { isSystemPath } from "./system-path.ts";

/** Keeps a path free: no file, no link and, with `recursive`, no folder. */
export const absent = defineOperation({
  name: "absent",
  summary: "Nothing at this path; a folder is only removed when `recursive` is set.",
  example: `absent({ path: "/etc/cron.d/old-backup" })`,
  args: z.object({
    path: absolutePath
      .refine((path) => !isSystemPath(path), "every Linux host needs this path; it is never removed")
      .describe("what must not be there; paths that every host needs (`/etc`, `/usr`, ...) are refused"),
    recursive: z.boolean().default(false).describe("remove a folder, too, with all that is in it"),
  }),
  subject: ({ path }) => path,
  read: ({ path }) => ({ state: pathState(path), mounts: mountPoints() }),
  plan: ({ args: { path, recursive }, current: { state, mounts } }) => {
    if (state.type === "absent") return [];
    refuseMounts(path, mounts);
    if (state.type === "directory" && !recursive) {
      throw new TaskRefusal(`${path} is a folder`, "set `recursive: true` to remove it with all that is in it");
    }
    const changes = [change("type", state.type, "absent")];
    return [remove(path, { recursive: state.type === "directory", changes, effects: absentAfterwards(path) })];
  },
});

function refuseMounts(path: string, mounts: readonly string[]): void {
  const mount = mounts.find((point) => point === path || point.startsWith(`${path}/`));
  if (mount !== undefined) throw new TaskRefusal(`a file system is mounted at ${mount}`, `unmount ${mount} first`);
}
