/** A program of this machine and its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

const script = `for group in $1; do echo $$ >"$group/cgroup.procs"; done
shift
exec unshare --mount -- "$@"`;

/**
 * A command that runs in these control groups, by which it can be found and ended whoever started it,
 * and in a mount namespace of its own, so that what it mounts vanishes with its processes.
 */
export const confined = (groups: readonly string[], { program, args }: Command): Command => ({
  program: "sh",
  args: ["-euc", script, "sh", groups.join(" "), program, ...args],
});
