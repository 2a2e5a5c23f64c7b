import { sh } from "ts-play";

/**
 * Begins a script: afterwards `pid_of` prints the process of a part of the control plane that the kubelet runs, by the name of its program; it fails where there
 * is none. Parts use the network of the host: a program of the same name in a pod with a network of its own is none, nor is an etcd of the host itself.
 */
export const pidOf = sh`pid_of() {
  # The kernel keeps fifteen characters of a name.
  short=$(printf %.15s "$1")
  for p in /proc/[0-9]*; do
    read -r comm 2>/dev/null <"$p/comm" && [ "$comm" = "$short" ] || continue
    [ "$p/ns/net" -ef /proc/self/ns/net ] && grep -q kubepods "$p/cgroup" 2>/dev/null && { echo "\${p#/proc/}"; return 0; }
  done
  return 1
}
`;

/**
 * Begins a script: afterwards `end_part` ends a part of the control plane by the name of its program, with the patience that a kubelet has (30 s), and returns
 * when it is gone. The kubelet starts it anew: its manifest stays where it is, so nothing is missing when the script is interrupted.
 */
export const endPart = sh`${pidOf}end_part() {
  pid=$(pid_of "$1") || return 0
  kill "$pid" 2>/dev/null || :
  waited=0
  while kill -0 "$pid" 2>/dev/null; do
    waited=$((waited + 1))
    [ "$waited" -le 30 ] || kill -KILL "$pid" 2>/dev/null || :
    sleep 1
  done
}
`;
