/**
 * How the host ends what a script started: everything in the session (setsid) that the script leads, TERM first, KILL after 5 s.
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
`;
