/**
 * Every 3 s looks whether the process that holds the link (sshd, or the controller itself) is there, whether the supervisor heard
 * something within the last 60 s, whether it was asked to end, and whether a script is past its deadline. A supervisor that waits until a script takes its input sees none of these.
 */
export const hostGuard = String.raw`
find_link() {
  K=$PPID
  while [ "$K" -gt 1 ] && IFS= read -r L <"/proc/$K/stat"; do
    L=@{L#*\(}
    case @{L%)*} in sudo | su | runuser | sh | bash | dash | busybox | ash) ;; *) return ;; esac
    set -- @{L##*) }
    K=$2
  done
  K=
}

guard() {
  exec </dev/null 3>&- 4>&- 5>&- 6>&-
  trap 'kill $!; exit' TERM
  Z= H=0 T= J=0
  while :; do
    sleep 3 &
    wait $!
    if [ -n "$K" ] && [ ! -d "/proc/$K" ]; then break; fi
    if [ ! -d "/proc/$S" ]; then break; fi
    if [ -e "$D/q" ]; then break; fi
    read -r L <"$D/b"
    case $L in "$Z" | *bulk) ;; *) H=0 Z=$L ;; esac
    case $L in *bulk) H=0 ;; *) H=$((H + 1)) ;; esac
    if [ $H -gt 20 ]; then break; fi
    X= U= E=
    read -r X U E <"$D/x"
    if [ "$X $U" = "$T" ]; then J=$((J + 3)); else T="$X $U" J=0; fi
    if [ -n "$X" ] && [ $J -gt $((E + 3)) ]; then printf '%s\n' "$U" >"$D/k"; end_sessions "$X"; fi
  done
  trap '' TERM
  kill -STOP "$S"
  end_worker
  Y= I=
  read -r I L </proc/self/stat
  visit() { if [ "$2" = "$S" ] && [ "$1" != "$I" ]; then Y="$Y $1"; fi; }
  processes
  kill -KILL $S $Y
  end_rest
  rm -rf "$D"
  exit 0
}
`;
