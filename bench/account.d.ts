/**
 * A control group that counts what the processes started in it use, those that outlive their parent included;
 * cgroups(7), the kernel's cgroup-v1 cpuacct and cgroup-v2 documents.
 */
export interface Account {
  /** A process joins by writing its id here. */
  readonly joinFile: string;
  cpuSeconds(): number;
  processes(): readonly number[];
  /** Ends what still runs in it and removes it. */
  close(): Promise<void>;
}
/** Opens an account of this name; throws where the kernel has no control groups. Needs root. */
export declare function openAccount(name: string): Account;
