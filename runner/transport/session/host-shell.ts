import { hostEndings } from "./host-endings.ts";
import { hostGuard } from "./host-guard.ts";
import { hostWorker } from "./host-worker.ts";

const prologue = String.raw`
umask 077
cd /
unset ENV BASH_ENV CDPATH LANGUAGE
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive PAGER=cat
exec 3>&1 4>&2 >/dev/null 2>&1
S=$$ B=0

frame() { printf '\036%s %s\n' "$N" "$*" >&3; }

copy() {
  if [ "$1" -ge 65536 ]; then dd bs=65536 count=$(($1 / 65536)) iflag=fullblock; fi
  if [ $(($1 % 65536)) -gt 0 ]; then dd bs=$(($1 % 65536)) count=1 iflag=fullblock; fi
}
`;

const supervisor = String.raw`
finish() {
  trap '' HUP TERM PIPE
  [ -z "$G" ] || kill -TERM "$G"
  end_worker
  end_rest
  rm -rf "$D"
  exit 0
}

lock() {
  if [ -w /run ]; then F=/run/ts-play.lock; else F=@{XDG_RUNTIME_DIR:-$HOME}/.ts-play.lock; fi
  command -v flock || { frame "l error flock is not installed (package util-linux)"; return; }
  command exec 6>>"$F" || { frame "l error cannot write $F"; return; }
  if flock -n 6 || { sleep 1; flock -n 6; }; then
    printf '%s\n%s\n' "$1" "$D" >"$F"
    frame "l ok"
  else
    exec 6>&-
    L= V=
    { IFS= read -r L; IFS= read -r V; } <"$F"
    if [ "$L" = "$1" ] && [ -O "$V" ]; then printf x >"$V/q"; fi
    frame "l held $L"
  fi
}

feed() {
  printf '%s bulk\n' $B >"$D/b"
  copy "$1" >&5 3>&- 4>&- 6>&-
  printf '%s\n' $B >"$D/b"
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
`;

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
 * A frame begins with byte 0x1e and has one newline, at its end, so that also bash writes it at once and nothing gets in between.
 *
 * The lock's file names its owner and the folder of its session. Who finds it held by its own owner asks that session to end by the file `q`:
 * its link was lost in silence, and it does not know. Who looks whether a run is at work shares the lock for a moment, so it is tried twice.
 *
 * Every name is unset first, because a variable that the login exported would stay exported, the nonce with it.
 * `@{` stands for the shell's own `${`. Variables set before this text: N the nonce of frames, M the token that ends a script's output, R a random name, O the lock's owner.
 */
export const hostShell = [prologue, hostEndings, hostGuard, hostWorker, supervisor]
  .join("")
  .replaceAll("@{", "$\u007b");

/** What must be run before the variables of `hostShell` are set. */
export const forgetNames = `unset ${[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghiknptx"].join(" ")}`;
