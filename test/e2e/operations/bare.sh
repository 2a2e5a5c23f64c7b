# What earlier lives of a host have left, for tasks that replace or remove something.
set -eu
mkdir -p /srv/ops/was-a-folder/full /srv/ops/was-full/inner /srv/ops/old-tree/deep
touch /srv/ops/was-a-file /srv/ops/old-file /srv/ops/old-tree/deep/file /srv/ops/was-full/inner/file
ln -s /etc/hostname /srv/ops/was-a-link
ln -s /etc/passwd /srv/ops/was-a-link-too
ln -s /nowhere /srv/ops/other-link
ln -s old-file /srv/ops/old-link
printf 'unwanted 1\nkeep\nexactly this\n# BEGIN old\nstale\n# END old\nunwanted 2\nno end' >/srv/ops/mixed
printf 'user=x\npass word\nold secret\n' >/srv/ops/private
chmod 600 /srv/ops/private
echo '192.0.2.55 moved.ops.test kept.ops.test # mixed' >>/etc/hosts
echo '192.0.2.77 gone.ops.test' >>/etc/hosts
groupadd opsold
useradd --create-home opsleaver
printf '[Service]\nExecStart=/bin/true\n' >/etc/systemd/system/ops-old.service
mkdir -p /etc/systemd/system/ops-tick.service.d
printf '[Service]\nNice=5\n' >/etc/systemd/system/ops-tick.service.d/old.conf
systemctl daemon-reload
# Two modules that this kernel has built in, as far as modprobe's index tells.
mkdir -p "/lib/modules/$(uname -r)"
printf 'kernel/ops-built-in.ko\nkernel/ops_plain.ko\n' >>"/lib/modules/$(uname -r)/modules.builtin"
touch /run/ops-reboot
