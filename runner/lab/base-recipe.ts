import { createHash } from "node:crypto";

export const suite = "bookworm";

/** The password of `operator` and `root` on every lab host; lab hosts can be reached from this machine only. */
export const labPassword = "lab-operator";

/** What debootstrap puts into the image beyond a minimal Debian. */
export const basePackages = [
  ...["systemd", "systemd-sysv", "dbus", "openssh-server", "sudo"],
  ...["iproute2", "iputils-ping", "procps", "ca-certificates", "curl"],
];

/** Wait inside the image as .deb files with all that they depend on, so that tests install them without a network. */
const archivedPackages = [
  ...["haproxy", "keepalived", "ipvsadm", "nginx-light", "rsync", "acl"],
  ...["etcd-server", "etcd-client"],
  ...["containerd", "runc", "iptables", "nftables", "ipset", "conntrack", "socat", "kmod"],
  ...["tree", "jq", "bc", "ethtool", "lsof", "iputils-arping"],
  ...["python3", "python3-apt"],
];

/** The same, without what they only recommend. */
const barePackages = ["docker.io"];

const archive = "/srv/apt";

/** Start work of their own at some time of the day, which a test does not expect. */
const unwantedUnits = [
  ...[
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "dpkg-db-backup.timer",
    "e2scrub_all.timer",
    "e2scrub_reap.service",
  ],
  ...["fstrim.timer", "systemd-tmpfiles-clean.timer", "motd-news.timer", "console-getty.service"],
];

/** Runs once inside the fresh image. */
export const baseScript = `
export DEBIAN_FRONTEND=noninteractive
: >/etc/apt/sources.list
apt-get update
apt-get dist-upgrade --yes
apt-get clean

mkdir -p ${archive}/partial
cd ${archive}
get() { apt-get install --yes --download-only -o Dir::Cache::archives=${archive} "$@"; }
get ${archivedPackages.join(" ")}
get --no-install-recommends ${barePackages.join(" ")}
rm -rf lock partial
# apt writes the colon of an epoch as %3a, and would read that back as a colon.
for deb in *%3a*; do mv "$deb" "$(printf %s "$deb" | sed s/%3a/-/)"; done
for deb in *.deb; do
  dpkg-deb --field "$deb"
  echo "Filename: ./$deb"
  echo "Size: $(stat -c %s "$deb")"
  echo "SHA256: $(sha256sum "$deb" | cut -d' ' -f1)"
  echo
done >Packages
echo 'deb [trusted=yes] file:${archive} ./' >/etc/apt/sources.list
apt-get update
# Builds apt's package cache once, here, and not in each host.
apt-cache policy >/dev/null

useradd --uid 1000 --create-home --shell /bin/bash admin
useradd --uid 1001 --create-home --shell /bin/bash --gid users operator
printf '%s:${labPassword}\\n' root operator | chpasswd
echo 'admin ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/admin
echo 'operator ALL=(ALL:ALL) ALL' >/etc/sudoers.d/operator
chmod 440 /etc/sudoers.d/*
install -d -m 700 /root/.ssh
install -d -m 700 -o admin -g admin /home/admin/.ssh
install -d -m 700 -o operator -g users /home/operator/.ssh

# Each host gets a key of its own, of this one type.
rm -f /etc/ssh/ssh_host_*
echo 'HostKey /etc/ssh/ssh_host_ed25519_key' >/etc/ssh/sshd_config.d/lab.conf
systemctl mask --quiet ${unwantedUnits.join(" ")}
systemctl enable --quiet ssh.service
rm -f /etc/machine-id /var/lib/dbus/machine-id
`;

/** Names the image; another recipe is another image. */
export const recipeHash = createHash("sha256")
  .update(JSON.stringify([suite, basePackages, baseScript]))
  .digest("hex")
  .slice(0, 12);
