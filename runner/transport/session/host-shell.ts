/**
 * The program that runs on the host, in POSIX sh (dash, bash, busybox ash), for as long as a session lives.
 * It needs dd, cat, mkdir, mkfifo, rm, sleep (coreutils), setsid and, for the lock, flock (util-linux).
 *
 * Three processes: the *supervisor* reads commands from standard input and ends everything when that ends; a *worker* is forked for
 * each bundle; the *guard* ends everything when the link is silent or gone while the supervisor cannot notice.
 *
 * Descriptors: 3 and 4 are the channel's stdout and stderr, 5 a pipe that carries the scripts' input, 6 the lock. Scripts get none of them.
 * Output never touches a disk: each script writes into a fifo, one `cat` per stream relays the fifos in order, so a fork per script is all
 * it costs. A fifo is left only when every writer has closed it, so nothing a script leaves behind can end up in a later script's output.
 *
 * Every name is unset first, because a variable that the login exported would stay exported, the nonce with it.
 * `@{` stands for the shell's own `${`. Variables set before this text: N the nonce of frames, M the token that ends a script's output, R a random name, O the lock's owner.
 */
export const hostShell = String.raw`
umask 077
cd /
unset ENV BASH_ENV CDPATH LANGUAGE
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive PAGER=cat
exec 3>&1 4>&2 >/dev/null 2>&1
S=$$ B=0

frame() { printf '\n%s %s\n' "$N" "$*" >&3; }

copy() {
  if [ "$1" -ge 65536 ]; then dd bs=65536 count=$(($1 / 65536)) iflag=fullblock; fi
  if [ $(($1 % 65536)) -gt 0 ]; then dd bs=$(($1 % 65536)) count=1 iflag=fullblock; fi
}


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

processes() {
  for P in /proc/[0-9]*; do
    IFS= read -r L <"$P/stat" || continue
    P=@{P#/proc/}
    set -- @{L##*) }
    case $1 in Z | X) continue ;; esac
    visit "$P" "$2" "$4"
  done
}

sessions_alive() {
  A= Q=" $* "
  visit() { case $Q in *" $1 "* | *" $3 "*) A="$A $1" ;; esac; }
  processes
  [ -n "$A" ]
}

end_sessions() {
  sessions_alive "$@" && kill -TERM $A
  I=0
  while sessions_alive "$@"; do
    I=$((I + 1))
    [ $I -lt 25 ] || { kill -KILL $A; return; }
    sleep 0.2 || sleep 1
  done
}

end_worker() {
  read -r V <"$D/w" || return
  [ -n "$V" ] || return
  kill -STOP "$V"
  X=
  read -r X U <"$D/x"
  Y=" $V $X "
  visit() { case $Y in *" $1 "*) ;; *" $2 "*) Y="$Y$1 " ;; esac; }
  processes
  processes
  kill -KILL "$V"
  end_sessions $Y
}

finish() {
  trap '' HUP TERM PIPE
  [ -z "$G" ] || kill -TERM "$G"
  end_worker
  rm -rf "$D"
  exit 0
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
  rm -rf "$D"
  exit 0
}

lock() {
  if [ -w /run ]; then F=/run/ts-play.lock; else F=@{XDG_RUNTIME_DIR:-$HOME}/.ts-play.lock; fi
  command -v flock || { frame "l error flock is not installed (package util-linux)"; return; }
  command exec 6>>"$F" || { frame "l error cannot write $F"; return; }
  if flock -n 6; then
    printf '%s\n' "$1" >"$F"
    frame "l ok"
  else
    exec 6>&-
    L=
    IFS= read -r L <"$F"
    frame "l held $L"
  fi
}

feed() {
  printf '%s bulk\n' $B >"$D/b"
  copy "$1" >&5 3>&- 4>&- 6>&-
  printf '%s\n' $B >"$D/b"
}

relay() {
  a= b= i=$1
  while [ $i -le "$2" ]; do a="$a o$((i % 2))" b="$b e$((i % 2))" i=$((i + 1)); done
  (cd "$D" && exec cat $a >&3 3>&- 4>&- 5>&- 6>&- 2>/dev/null </dev/null) &
  C=$!
  (cd "$D" && exec cat $b >&4 3>&- 4>&- 5>&- 6>&- 2>/dev/null </dev/null) &
  C="$C $!"
  printf '%s\n' "$C" >"$D/c"
}

unstick() {
  read -r C <"$D/c"
  kill $C
  (cd "$D" && rm -f o$(($1 % 2)) e$(($1 % 2)) && mkfifo o$(($1 % 2)) e$(($1 % 2)))
  relay $(($1 + 1)) "$2"
}

launch() {
  (
    exec <&7 >&8 2>&9 3>&- 4>&- 5>&- 7<&- 8>&- 9>&-
    if [ -n "$E" ]; then eval "export $E"; fi
    if [ @{#1} -lt 100000 ]; then exec setsid /bin/sh -c "$1"; fi
    printf %s "$1" >"$D/t$k"
    exec setsid /bin/sh "$D/t$k"
  ) &
  printf '%s %s %s\n' $! $k $t >"$D/x"
  wait $!
}

s() {
  k=$1 t=$2 p=$(($1 % 2))
  if [ -n "$f" ]; then
    if [ "$5" -gt 0 ]; then copy "$5" <&5 >/dev/null; fi
    return
  fi
  exec 8>"$D/o$p" 9>"$D/e$p"
  printf '\n%s s %s\n' $N $k >&3
  printf '\n%s s %s\n' $N $k >&4
  if [ "$4" -gt 0 ]; then
    (exec 3>&- 4>&- 8>&- 9>&-; copy "$4" <&5) | (exec 7<&0; launch "$6"; c=$?; exec 7<&-; cat >/dev/null; exit $c)
    c=$?
  else
    exec 7</dev/null
    launch "$6"
    c=$?
  fi
  : >"$D/x"
  h=0
  if [ -s "$D/k" ]; then
    read -r K <"$D/k"
    if [ "$K" = "$k" ]; then h=1; if [ $c -eq 0 ]; then c=124; fi; fi
  fi
  printf '\n%s %s\n' $M $k >&8
  printf '\n%s %s\n' $M $k >&9
  exec 8>&- 9>&-
  printf '\n%s x %s %s %s\n' $N $k $c $h >&3
  if [ $c -ne 0 ] && [ "$3" = 1 ]; then f=$k; fi
}

z() {
  p=$(($1 % 2))
  if [ -n "$f" ]; then p=$(((f + 1) % 2)); fi
  exec 8>"$D/o$p" 9>"$D/e$p"
  if [ -n "$f" ]; then read -r C <"$D/c"; kill $C; fi
  exec 8>&- 9>&-
  wait
  trap - EXIT
  printf '\n%s z %s\n' $N "$1" >&4
  printf '\n%s z %s\n' $N "$1" >&3
}

worker() {
  exec </dev/null 6>&-
  trap : PIPE
  trap - HUP TERM
  trap 'frame d' EXIT
  f= E=
  relay 0 "$1"
  eval "$T"
}

for d in /run "$XDG_RUNTIME_DIR" /dev/shm /tmp; do
  D=
  [ -n "$d" ] && [ -w "$d" ] || continue
  for x in "$d"/ts-play.*.*; do
    p=@{x##*/ts-play.}
    if [ -d "$x" ] && [ -O "$x" ] && [ ! -d "/proc/@{p%%.*}" ]; then rm -rf "$x"; fi
  done
  D=$d/ts-play.$$.$R
  if mkdir -m 700 "$D" && mkfifo "$D/o0" "$D/o1" "$D/e0" "$D/e1" "$D/i"; then break; fi
done
if [ -z "$D" ]; then frame "f no writable directory among /run, XDG_RUNTIME_DIR, /dev/shm and /tmp"; exit 1; fi
for x in dd cat setsid sleep; do
  command -v $x || { frame "f $x is not installed"; rm -rf "$D"; exit 1; }
done
exec 5<>"$D/i"
: >"$D/w"
: >"$D/x"
: >"$D/b"
G=
trap finish HUP TERM PIPE
if [ -n "$O" ]; then lock "$O"; fi
frame "h $$"
find_link
if [ -n "$K" ] && [ ! -d "/proc/$K" ]; then K=; fi
guard &
G=$!
while IFS=' ' read -r c a n g; do
  B=$((B + 1))
  printf '%s\n' $B >"$D/b"
  case $c in
  r)
    : >"$D/k"
    T=$(dd bs="$a" count=1 iflag=fullblock 6>&-)
    [ @{#T} -eq "$a" ] || break
    if [ -n "$W$C" ]; then wait $W $C; C=; fi
    worker "$g" &
    W=$!
    printf '%s\n' $W >"$D/w"
    T=
    if [ "$n" -gt 0 ]; then feed "$n"; fi
    ;;
  i) feed "$a" ;;
  k)
    X= U=
    read -r X U L <"$D/x"
    if [ -n "$a" ] && [ "$U" = "$a" ]; then printf '%s\n' "$a" >"$D/k"; end_sessions "$X" 3>&- 4>&- 6>&- </dev/null & fi
    ;;
  u) unstick "$a" "$n" ;;
  l) lock "$a $n $g" ;;
  esac
done
finish
`.replaceAll("@{", "$\u007b");

/** What must be run before the variables of `hostShell` are set. */
export const forgetNames = `unset ${[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghiknptx"].join(" ")}`;
