/**
 * How the host ends what a script started: everything in the session (setsid) that the script leads, TERM first, KILL after 5 s.
 * These are seconds of a clock: on a busy host one look at all processes alone may take one.
 * What a worker has started is stopped first, as it is found: one that still ran could start another behind the search.
 * Whatever still holds the session's own pipe at the end was started in a moment that no search saw; it goes last.
 * Processes that made a session of their own on purpose, such as daemons, are left alone.
 */
export const hostEndings = `
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

seconds() {
  read -r I L </proc/uptime
  I=@{I%%.*}
}

end_sessions() {
  if sessions_alive "$@"; then kill -TERM $A; kill -CONT $A; fi
  seconds
  E=$((I + 5))
  while sessions_alive "$@"; do
    seconds
    [ "$I" -le "$E" ] || { kill -KILL $A; return; }
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
  visit() { case $Y in *" $1 "*) ;; *" $2 "*) kill -STOP "$1"; Y="$Y$1 " ;; esac; }
  Q=
  while [ "$Q" != "$Y" ]; do Q=$Y; processes; done
  kill -KILL "$V"
  end_sessions $Y
}

end_rest() {
  visit() {
    [ "$1" != "$S" ] || return
    if [ "/proc/$1/fd/0" -ef "$D/i" ] || [ "/proc/$1/fd/5" -ef "$D/i" ]; then kill -KILL "$1"; fi
  }
  processes
  processes
}
`;
