import { type ControlMachine, LocalFile, madeHere, type Ref, z } from "ts-play";
import { type Backup, lookInto, newestVerified } from "../etcd-backup/store.ts";

const intent = z.object({
  /** Of the new cluster; each member that was restored for it carries it. */
  token: z.string(),
  backup: z.string(),
  begunAt: z.number(),
  revision: z.string(),
  keys: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
});

/** What is being restored: a file of the control machine from the first change to the last, so that a run that was ended is gone on with. */
export type Intent = z.output<typeof intent>;

export interface Wanted {
  /** Folder of the control machine with the backups. */
  readonly folder: string;
  readonly cluster: string;
  /** By name; undefined: the newest that is verified. */
  readonly backup?: string | undefined;
}

export const intentFile = ({ folder, cluster }: Pick<Wanted, "folder" | "cluster">): string =>
  `${folder}/restoring-${cluster}.json`;

/** Read while there is one; made when the first step needs it. */
export const restoreIntent = (wanted: Wanted): Ref<Intent> =>
  madeHere({
    label: `restore of ${wanted.backup ?? "the newest backup"}`,
    look: (here) => readIntent(wanted, here),
    make: async (here) => (await readIntent(wanted, here)) ?? begin(wanted, here),
  });

async function readIntent(wanted: Wanted, here: ControlMachine): Promise<Intent | undefined> {
  const text = await here.read(intentFile(wanted));
  if (text === undefined) return undefined;
  const read = intent.safeParse(JSON.parse(text));
  if (read.success) return read.data;
  throw new Error(`${intentFile(wanted)} makes no sense: remove it to begin anew`);
}

async function begin(wanted: Wanted, here: ControlMachine): Promise<Intent> {
  const { name, revision, keys, sizeBytes, sha256 } = chosen(await lookInto(wanted, here), wanted);
  const begunAt = Date.now();
  const token = `${wanted.cluster}-${begunAt.toString(36)}`;
  const begun: Intent = { token, backup: name, begunAt, revision, keys, sizeBytes, sha256 };
  // Of several hosts that come to it at once, one begins.
  const isFirst = await here.create(intentFile(wanted), `${JSON.stringify(begun)}\n`, 0o600);
  return isFirst ? begun : ((await readIntent(wanted, here)) ?? begun);
}

/** Throws with what there is instead. */
function chosen(store: Parameters<typeof newestVerified>[0], { backup, folder }: Wanted): Backup {
  const found = backup === undefined ? newestVerified(store) : store.backups.find(({ name }) => name === backup);
  if (found !== undefined) return found;
  const names = store.backups.map(({ name, verified }) => (verified ? name : `${name} (not verified)`)).join(", ");
  throw new Error(
    `${folder} holds no ${backup === undefined ? "verified backup" : `backup ${backup}`}, but ${names || "none at all"}`,
  );
}

/** Whether what is to be restored is there, as it was when it was taken; looked at before anything is changed. */
export interface Soundness {
  readonly name: string;
  readonly verified: boolean;
  /** When it was looked at by the clock of the control machine, ms since 1970. */
  readonly now: number;
  /** What is wrong with it; undefined when nothing is. */
  readonly fault?: string | undefined;
}

export const soundness = (wanted: Wanted): Ref<Soundness> => {
  const look = async (here: ControlMachine): Promise<Soundness> => {
    try {
      const begun = await readIntent(wanted, here);
      return await sound(
        chosen(await lookInto(wanted, here), { ...wanted, backup: begun?.backup ?? wanted.backup }),
        wanted,
        here,
      );
    } catch (error) {
      return { name: wanted.backup ?? "", verified: false, now: Date.now(), fault: (error as Error).message };
    }
  };
  return madeHere({ label: "state of the backup", look, make: look });
};

async function sound({ name, verified, sha256 }: Backup, { folder }: Wanted, here: ControlMachine): Promise<Soundness> {
  const path = `${folder}/${name}.db`;
  const found = await here.hash(path);
  const fault = `${path} is damaged: its SHA-256 is not the one in its manifest`;
  return { name, verified, now: Date.now(), ...(found !== sha256 && { fault }) };
}

/** The snapshot, as content of a file. */
export const snapshotOf = (begun: Ref<Intent>, folder: string): Ref<LocalFile> =>
  begun.map(({ backup, sizeBytes, sha256 }) => new LocalFile(`${folder}/${backup}.db`, sizeBytes, sha256));
