import { type Command, sh } from "../define/command.ts";
import { holdServices } from "./hold-services.ts";
import type { WantedPackage } from "./wanted-package.ts";

export interface AptOptions {
  readonly lockTimeoutSeconds: number;
  /** Asks for a new index first when it is older. */
  readonly indexMaxAgeHours: number | undefined;
}

/** Installs packages in one transaction; a package or file that the index does not know is a reason to ask for a new index, once. */
export function aptInstall(packages: readonly WantedPackage[], options: AptOptions): Command {
  const words = packages.map(({ name, version }) => (version === undefined ? name : `${name}=${version}`));
  return sh`# apt-get install ${words}
${prepare(options)}
${holdServices}
${freshIndex(options)}install() { get install --allow-downgrades --allow-change-held-packages ${words}; }
install || { update; install; }`;
}

/** Removes packages, with their configuration files when `purge` is set. */
export const aptRemove = (names: readonly string[], purge: boolean, options: AptOptions): Command =>
  sh`# apt-get ${purge ? "purge" : "remove"} ${names}
${prepare(options)}
get ${purge ? "purge" : "remove"} ${names}`;

/** Keeps packages from being upgraded by others, or lets them. */
export const aptHold = (names: readonly string[], held: boolean): Command =>
  sh`apt-mark ${held ? "hold" : "unhold"} ${names} >/dev/null`;

/**
 * `get` is apt-get that asks nothing, keeps changed configuration files, takes no recommended packages and waits for the
 * lock of dpkg. The locks of the index and of the downloads it does not wait for by itself, so `update` does.
 * dpkg(1): an installation that was killed must be finished before the next.
 */
const prepare = ({ lockTimeoutSeconds }: AptOptions): Command => sh`umask 022
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
dpkg_options='--force-confdef --force-confold'
get() {
  apt-get -q -y -o DPkg::Lock::Timeout=${lockTimeoutSeconds} -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o APT::Install-Recommends=false "$@"
}
waiting() {
  left=${lockTimeoutSeconds}
  until said=$("$@" 2>&1); do
    case $said in *' lock'*) ;; *) break ;; esac
    [ "$left" -gt 0 ] || break
    left=$((left - 2)); sleep 2
  done
  printf '%s\\n' "$said" >&2
}
update() { waiting apt-get -q update; touch /var/lib/apt/lists; }
if [ -n "$(ls -A /var/lib/dpkg/updates)$(dpkg --audit)" ]; then waiting dpkg $dpkg_options --configure -a; fi`;

const freshIndex = ({ indexMaxAgeHours }: AptOptions): Command =>
  indexMaxAgeHours === undefined
    ? sh``
    : sh`[ -n "$(find /var/lib/apt/lists -maxdepth 0 -mmin -${Math.round(indexMaxAgeHours * 60)})" ] || update
`;
