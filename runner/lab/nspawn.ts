/** An overlay file system: changes go to `upper`, everything else is read from `lower`. */
export interface Overlay {
  readonly lower: string;
  readonly upper: string;
  readonly work: string;
  readonly root: string;
  /** False: fsync does nothing, which is safe as long as this machine itself does not lose power. */
  readonly durable: boolean;
}

// systemd-nspawn ends with 133 when the container asked for a reboot and no service manager watches it.
const script = `
for group in $GROUPS_TO_JOIN; do echo $$ >"$group/cgroup.procs"; done
mkdir -p /run/systemd
mount -t tmpfs tmpfs /run/systemd
[ -z "$OVERLAY" ] || mount -t overlay overlay -o "$OVERLAY" "$ROOT"
while :; do
  code=0
  systemd-nspawn "$@" || code=$?
  [ "$code" = 133 ] || exit "$code"
done
`;

/**
 * A command that runs systemd-nspawn in these control groups and in a mount namespace of its own:
 * what it mounts vanishes with its processes, and its files under /run stay unseen.
 */
export function nspawn(options: {
  readonly groups: readonly string[];
  readonly args: readonly string[];
  readonly overlay?: Overlay;
  /** Which of the kernel's settings the container may write: its own network's, or all, which are this machine's too. */
  readonly writableSettings?: "network" | "all";
}): { readonly program: string; readonly args: readonly string[] } {
  const { groups, overlay, writableSettings = "network", args } = options;
  const environment = [
    `GROUPS_TO_JOIN=${groups.join(" ")}`,
    `OVERLAY=${overlay ? mountOptions(overlay) : ""}`,
    `ROOT=${overlay?.root ?? ""}`,
    `SYSTEMD_NSPAWN_API_VFS_WRITABLE=${writableSettings === "all" ? "1" : "network"}`,
  ];
  return {
    program: "env",
    args: [
      ...["-u", "NOTIFY_SOCKET", ...environment],
      ...["unshare", "--mount", "sh", "-euc", script, "sh"],
      ...["--quiet", "--register=no", "--keep-unit", ...args],
    ],
  };
}

const mountOptions = ({ lower, upper, work, durable }: Overlay): string =>
  [`lowerdir=${lower}`, `upperdir=${upper}`, `workdir=${work}`, ...(durable ? [] : ["volatile"])].join(",");
