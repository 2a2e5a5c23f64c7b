/**
 * The process that runs one bundle: `s` runs a script, `z` ends the bundle. Two `cat`s relay the fifos o0 o1 o0 ... and e0 e1 e0 ...;
 * opening the next fifo succeeds only when the relay has come to it, and then all earlier output is on its way;
 * opening is tried again because busybox's is interrupted when a relay ends.
 * `unstick` runs in the supervisor: a fifo that a leftover process holds open is replaced.
 */
export const hostWorker = String.raw`
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

attach() {
  until command exec 8>"$D/o$1" 9>"$D/e$1"; do [ -p "$D/o$1" ] || exit; done
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
  attach $p
  printf '\036%s s %s\n' $N $k >&3
  printf '\036%s s %s\n' $N $k >&4
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
  printf '\036%s %s\n' $M $k >&8
  printf '\036%s %s\n' $M $k >&9
  exec 8>&- 9>&-
  printf '\036%s x %s %s %s\n' $N $k $c $h >&3
  if [ $c -ne 0 ] && [ "$3" = 1 ]; then f=$k; fi
}

z() {
  p=$(($1 % 2))
  if [ -n "$f" ]; then p=$(((f + 1) % 2)); fi
  attach $p
  if [ -n "$f" ]; then read -r C <"$D/c"; kill $C; fi
  exec 8>&- 9>&-
  wait
  : >"$D/w"
  trap - EXIT
  printf '\036%s z %s\n' $N "$1" >&4
  printf '\036%s z %s\n' $N "$1" >&3
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
`;
