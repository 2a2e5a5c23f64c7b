import { change, defineOperation, fetchFile, fileHash, isRef, madeHere, type Ref, TaskRefusal, z } from "ts-play";
import { ADMIN } from "./kubectl.ts";

/** A file of the control machine, as far as it is there. */
export interface FileHere {
  readonly sha256: string | undefined;
}

export const fileHere = (path: string): Ref<FileHere> => {
  const look = async (here: { hash(path: string): Promise<string | undefined> }) => ({ sha256: await here.hash(path) });
  return madeHere({ label: `hash of ${path}`, make: look, look });
};

const args = z.strictObject({
  to: z.string().min(1).describe("a path of the control machine"),
  here: z.custom<FileHere | Ref<FileHere>>().describe("what is there: `fileHere(to)`"),
});

/** Brings the administrator's kubeconfig to the control machine, for its owner alone; its server is the cluster's endpoint. */
export const adminConfig = defineOperation({
  name: "adminConfig",
  summary: "The administrator's kubeconfig on the control machine, for its owner alone (0600).",
  args,
  example: 'adminConfig({ to: "admin.conf", here: fileHere("admin.conf") })',
  subject: ({ to }) => to,
  read: () => ({ onHost: fileHash(ADMIN) }),
  plan: ({ args: { to, here }, current: { onHost } }) => {
    if (isRef(here)) throw new Error("what can be looked at was not");
    if (onHost === undefined) throw new TaskRefusal(`there is no ${ADMIN} here`, "build the cluster first");
    if (here.sha256 === onHost) return [];
    const now = here.sha256 === undefined ? undefined : "another";
    return [fetchFile({ path: ADMIN, to, changes: [change(to, now, "the administrator's kubeconfig")] })];
  },
});
