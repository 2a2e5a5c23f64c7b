import { type ControlMachine, type FileEntry, madeHere, type Ref, z } from "ts-play";

const digits = z.string().regex(/^\d{1,20}$/);

/** What lies beside each snapshot; numbers of 64 bits are text. */
const manifest = z.object({
  cluster: z.string(),
  clusterId: digits,
  member: z.string(),
  takenAt: z.string(),
  etcdVersion: z.string(),
  revision: digits,
  keys: digits,
  sizeBytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  verified: z.boolean(),
  reason: z.string(),
});

export type Manifest = z.output<typeof manifest>;

/** A snapshot that is all there: file and manifest, of the size that the manifest says. */
export interface Backup extends Manifest {
  /** Of its files, without their endings. */
  readonly name: string;
  /** When it was taken by the clock of the control machine, ms since 1970. */
  readonly at: number;
}

/** A folder of the control machine with the backups of one cluster, as it was at one moment. */
export interface Store {
  /** The oldest first. */
  readonly backups: readonly Backup[];
  /** Files of backups that are not all there: a run was ended while it brought them, or somebody has changed them. */
  readonly rest: readonly string[];
  readonly now: number;
}

/** Looked at each time anew. */
export const storeIn = (folder: string, cluster: string): Ref<Store> => {
  const look = (here: ControlMachine) => lookInto({ folder, cluster }, here);
  return madeHere({ label: `backups in ${folder}`, make: look, look });
};

/** How a backup that is taken now is called; the same for all of its files. */
export const nameNow = (cluster: string): Ref<string> =>
  madeHere({
    label: `${cluster}-<time>`,
    make: async () => `${cluster}-${new Date().toISOString().replace(/[-:]|\.\d+/g, "")}`,
  });

/** What a folder of the control machine holds of a cluster's backups. */
export async function lookInto(
  { folder, cluster }: { readonly folder: string; readonly cluster: string },
  here: ControlMachine,
): Promise<Store> {
  const files = (await here.list(folder)).filter(({ name }) => timeOf(name, cluster) !== undefined);
  const names = [...new Set(files.map(({ name }) => stemOf(name, cluster)))];
  const found = await Promise.all(
    names.map((name) => backupOf({ name, at: timeOf(name, cluster) ?? 0 }, files, folder, here)),
  );
  const backups = found.filter((backup) => backup !== undefined);
  const whole = new Set(backups.flatMap(({ name }) => [`${name}.db`, `${name}.json`]));
  return { backups, rest: files.map(({ name }) => name).filter((name) => !whole.has(name)), now: Date.now() };
}

async function backupOf(
  named: Pick<Backup, "name" | "at">,
  files: readonly FileEntry[],
  folder: string,
  here: ControlMachine,
): Promise<Backup | undefined> {
  const told = parseManifest(await here.read(`${folder}/${named.name}.json`));
  const sizeBytes = files.find(({ name }) => name === `${named.name}.db`)?.sizeBytes;
  return told !== undefined && told.sizeBytes === sizeBytes ? { ...told, ...named } : undefined;
}

export function parseManifest(text: string | undefined): Manifest | undefined {
  try {
    return manifest.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}

/** A cluster's own name may hold dots. */
const stemOf = (file: string, cluster: string): string => cluster + (file.slice(cluster.length).split(".")[0] ?? "");

/** From `etcd-20261125T220000Z.db`; undefined when it is no file of this cluster's backups. */
function timeOf(file: string, cluster: string): number | undefined {
  if (!file.startsWith(`${cluster}-`)) return undefined;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?:\.|$)/.exec(file.slice(cluster.length + 1)) ?? [];
  return year === undefined ? undefined : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** The last that was rehearsed. */
export const newestVerified = ({ backups }: Store): Backup | undefined => backups.findLast(({ verified }) => verified);

/** How long backups stay. */
export interface Retention {
  /** This many at least, verified ones; older ones go. */
  readonly keep: number;
  /** Of those beyond `keep`, only what is older than this goes; undefined: all of them. */
  readonly keepDays?: number | undefined;
}

const DAY_MS = 86_400_000;

/**
 * The files that need not stay. Only verified backups count, and the last `keep` of them always stay; one that is not verified stays
 * until a later one is.
 */
export function superseded(store: Store, { keep, keepDays = 0 }: Retention): readonly string[] {
  const verified = store.backups.filter((backup) => backup.verified);
  const last = verified.at(-1);
  if (last === undefined) return [];
  const kept = new Set(verified.slice(-Math.max(1, keep)).map(({ name }) => name));
  const old = store.backups.filter(
    ({ name, at }) => !kept.has(name) && at < last.at && store.now - at >= keepDays * DAY_MS,
  );
  // Names of a cluster differ in their times alone, which are all of one length.
  const broken = store.rest.filter((file) => file.slice(0, last.name.length) < last.name);
  return [...old.flatMap(({ name }) => [`${name}.json`, `${name}.db`]), ...broken];
}
