import { type Command, confined } from "./confined.ts";

/** An overlay file system: changes go to `upper`, everything else is read from `lower`. */
export interface Overlay {
  readonly lower: string;
  readonly upper: string;
  readonly work: string;
  readonly root: string;
}

// systemd-nspawn ends with 133 when the container asked for a reboot and no service manager watches it.
const script = `mkdir -p /run/systemd
mount -t tmpfs tmpfs /run/systemd
[ -z "$OVERLAY" ] || mount -t overlay overlay -o "$OVERLAY" "$ROOT"
while :; do
  code=0
  systemd-nspawn --quiet --register=no --keep-unit "$@" || code=$?
  [ "$code" = 133 ] || exit "$code"
done`;

/** A confined command that runs systemd-nspawn with these arguments, again after each reboot. */
export function nspawn(options: {
  readonly groups: readonly string[];
  readonly args: readonly string[];
  readonly overlay?: Overlay;
  /** Which of the kernel's settings the container may write: its own network's, or all, which are this machine's too. */
  readonly writableSettings?: "network" | "all";
}): Command {
  const { groups, overlay, writableSettings = "network", args } = options;
  const environment = [
    `OVERLAY=${overlay ? mountOptions(overlay) : ""}`,
    `ROOT=${overlay?.root ?? ""}`,
    `SYSTEMD_NSPAWN_API_VFS_WRITABLE=${writableSettings === "all" ? "1" : "network"}`,
  ];
  const shell = ["sh", "-euc", script, "sh", ...args];
  return confined(groups, { program: "env", args: ["-u", "NOTIFY_SOCKET", ...environment, ...shell] });
}

/** The options of mount(8) for an overlay. */
export const mountOptions = ({ lower, upper, work }: Overlay): string =>
  `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
