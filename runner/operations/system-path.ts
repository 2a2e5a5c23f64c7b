const FOLDERS = `
/ /bin /boot /dev /etc /home /lib /lib32 /lib64 /libx32 /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /var
/boot/efi /boot/grub /dev/shm /etc/apt /etc/default /etc/pam.d /etc/ssh /etc/ssl /etc/systemd /etc/systemd/system
/etc/passwd /etc/group /etc/shadow /etc/fstab /etc/sudoers /etc/sudoers.d /root/.ssh
/usr/bin /usr/include /usr/lib /usr/lib32 /usr/lib64 /usr/libexec /usr/local /usr/local/bin /usr/local/lib
/usr/local/sbin /usr/sbin /usr/share /usr/src
/var/cache /var/lib /var/lib/apt /var/lib/dpkg /var/lib/rpm /var/lib/systemd /var/local /var/lock /var/log /var/mail
/var/opt /var/run /var/spool /var/tmp`;

const system = new Set(FOLDERS.trim().split(/\s+/));

/** True for paths that every Linux host needs (hier(7)); no operation removes them, whatever it was told. */
export const isSystemPath = (path: string): boolean => system.has(path);
