import { setTimeout as sleep } from "node:timers/promises";
import type { Lab } from "../../runner/lab/lab.ts";
import { runOnHost } from "../../runner/lab/lab.ts";

/** One thing below the folder that the fixture keeps. */
export interface Entry {
  readonly type: string;
  readonly mode: string;
  readonly owner: string;
  /** Where a link points to. */
  readonly target: string;
  /** Of a file. */
  readonly sha256: string;
}

/** What a host looks like, asked by plain ssh and without any code of ts-play. */
export interface HostState {
  readonly entries: ReadonlyMap<string, Entry>;
  /** How often the command that must not be done twice was done. */
  readonly witness: number;
  readonly edited: readonly string[];
  readonly blocked: readonly string[];
  /** All of the above but the witness, in one text. */
  readonly digest: string;
}

const look = `cd /srv
[ ! -e fault ] || find fault -printf '%p\\t%y\\t%m\\t%u:%g\\t%l\\n' | sort
echo @@
[ ! -e fault ] || find fault -type f -exec sha256sum {} + | sort
echo @@
cat fault.witness 2>/dev/null | wc -l
echo @@
cat fault/etc/edited 2>/dev/null
echo @@
cat fault/etc/blocked 2>/dev/null
true`;

/** Looks at a host. */
export async function stateOf(lab: Lab, address: string): Promise<HostState> {
  const [found = "", hashes = "", witness, edited = "", blocked = ""] = (await runOnHost(lab, address, look)).split(
    /^@@\n/m,
  );
  const sums = new Map(linesOf(hashes).map((line) => [line.slice(66), line.slice(0, 64)]));
  const entries = new Map(
    linesOf(found).map((line) => {
      const [path = "", type = "", mode = "", owner = "", target = ""] = line.split("\t");
      return [`/srv/${path}`, { type, mode, owner, target, sha256: sums.get(path) ?? "" }] as const;
    }),
  );
  const lines = { edited: linesOf(edited), blocked: linesOf(blocked) };
  return { entries, witness: Number(witness), ...lines, digest: found + hashes };
}

const linesOf = (text: string): readonly string[] => text.split("\n").filter(Boolean);

/** Makes a host as if nothing had ever been done to it. */
export const bareHost = async (lab: Lab, address: string): Promise<void> => {
  await runOnHost(lab, address, "rm -rf /srv/fault /srv/fault.witness /var/lib/ts-play");
};

// The probe's own session is left out, and so is what systemd and sshd come and go with.
const remains = `ls -A /var/lib/ts-play/pending 2>/dev/null | sed 's/^/marker: /'
ls -d /run/ts-play.*.* /dev/shm/ts-play.* /tmp/ts-play.* 2>/dev/null | sed 's/^/folder: /'
find / -xdev -name '.ts-play-*' 2>/dev/null | sed 's/^/temporary file: /'
[ ! -e /run/ts-play.lock ] || flock -n /run/ts-play.lock true || echo "lock: $(cat /run/ts-play.lock)"
own=$(ps -o sid= -p $$ | tr -d ' ')
ps -eo sid=,pid=,comm=,args= | while read -r sid pid comm args; do
  [ "$sid" != "$own" ] || continue
  case $comm in systemd* | "(sd-pam)" | sshd | dbus-daemon | agetty | login) continue ;; esac
  echo "process: $pid $args" | cut -c1-160
done`;

/** What runs have left on a host: processes, lock, folders, markers. */
export const remainsOn = async (lab: Lab, address: string): Promise<readonly string[]> =>
  linesOf(await runOnHost(lab, address, remains));

/** Waits until a host is clean and answers what is still there after `withinMs`; owed reactions may stay. */
export async function uncleanAfter(lab: Lab, address: string, withinMs = 30_000): Promise<readonly string[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const left = (await remainsOn(lab, address)).filter((line) => !line.startsWith("marker: "));
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(250);
  }
}
