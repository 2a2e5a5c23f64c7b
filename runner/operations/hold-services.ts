import { type Command, sh } from "../define/command.ts";

/**
 * Keeps Debian's package scripts from starting services that were not running before (`invoke-rc.d` and
 * `deb-systemd-invoke` ask `/usr/sbin/policy-rc.d`; exit code 101 forbids). The first start of a service must find the
 * configuration that the role writes, and a service that starts by itself would be a change no plan has named.
 * What ran before is restarted after an upgrade as its maintainer meant it.
 * The policy is gone when the shell ends, and one that a killed shell left behind forbids nothing: it asks whether that
 * very process still lives. An administrator's own policy is left alone.
 */
export const holdServices: Command = sh`policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ] || grep -q 'Written by ts-play' "$policy"; then
  running=$(mktemp /run/ts-play-running.XXXXXX)
  trap 'rm -f "$policy" "$running"' EXIT
  trap 'exit 130' HUP INT TERM
  systemctl list-units --plain --no-legend --state=active,activating,reloading 2>/dev/null | cut -d' ' -f1 >"$running"
  cat >"$policy" <<END
#!/bin/sh
# Written by ts-play for the time of one installation: what was not running is not started.
[ "\\$(cut -d' ' -f22 /proc/$$/stat 2>/dev/null)" = "$(cut -d' ' -f22 /proc/$$/stat)" ] || exit 0
[ "\\$1" != --quiet ] || shift
case \\$2 in *start*|*reload*) ;; *) exit 0 ;; esac
grep -qxF -e "\\$1" -e "\\$1.service" "$running" || exit 101
END
  chmod 755 "$policy"
fi`;
