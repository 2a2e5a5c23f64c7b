#!/bin/sh
# Installs the Debian packages that the lab and its tests need, where they are missing. Needs root for that; else it names them.
set -eu

wanted='openssh-client openssh-server systemd-container debootstrap nftables iproute2 procps curl strace sudo passwd busybox-static chromium user-mode-linux e2fsprogs ansible-core zsh fish'
missing=
for package in $wanted; do
  [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" = 'ii ' ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
  echo "these packages are missing:$missing. Fix: sudo apt-get install$missing" >&2
  exit 1
fi

# A service that is installed must not start here: the lab runs its own sshd, in its own hosts.
policy=/usr/sbin/policy-rc.d
[ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod 755 "$policy"; trap 'rm -f "$policy"' EXIT; }
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086
apt-get install -q --yes --no-install-recommends $missing
