/** What somebody does to a host by hand, and what a check must then say. */
export interface Damage {
  readonly by: string;
  /** On the helper instead of the subject. */
  readonly onHelper?: true;
  /** Many other damages and repairs have systemd read its files again, which mends this one. */
  readonly alone?: true;
  /** The tasks that repair it, each with the attributes that it has to name. */
  readonly tells: Readonly<Record<string, readonly string[]>>;
}

const whole = ["content", "mode", "owner", "group"];

/** Every kind of resource, damaged in ways that do not hide each other. */
export const damages: readonly Damage[] = [
  { by: "rm /etc/issue", tells: { "files/file /etc/issue": whole } },
  { by: "echo worse >>/srv/ops/checked", tells: { "files/file /srv/ops/checked": ["content"] } },
  { by: "chmod 666 /srv/ops/shared/secret", tells: { "files/file /srv/ops/shared/secret": ["mode"] } },
  { by: "echo told >>/srv/ops/shared/secret", tells: { "files/file /srv/ops/shared/secret": ["content"] } },
  { by: "chown admin /srv/ops/greeting.conf", tells: { "files/template /srv/ops/greeting.conf": ["owner"] } },
  { by: "chgrp admin /srv/ops/access.conf", tells: { "files/template /srv/ops/access.conf": ["group"] } },
  { by: ": >/usr/local/bin/ops-payload", tells: { "files/file /usr/local/bin/ops-payload": ["content"] } },
  { by: "chmod 4755 /usr/local/bin/ops-payload", tells: { "files/file /usr/local/bin/ops-payload": ["mode"] } },
  {
    by: "rm /srv/ops/was-a-folder && ln -s /nowhere /srv/ops/was-a-folder",
    tells: { "files/file /srv/ops/was-a-folder": ["type", ...whole] },
  },
  {
    by: "rm /srv/ops/was-a-link-too && mkfifo /srv/ops/was-a-link-too",
    tells: { "files/template /srv/ops/was-a-link-too": ["type", ...whole] },
  },
  { by: "chmod 0755 /srv/ops/shared", tells: { "files/directory /srv/ops/shared": ["mode"] } },
  {
    by: "rm -r /srv/ops/deep/er",
    tells: { "files/directory /srv/ops/deep/er/private": ["type", "mode", "owner", "group"] },
  },
  { by: "ln -sfn /etc /srv/ops/current", tells: { "files/symlink /srv/ops/current": ["target"] } },
  { by: "rm /srv/ops/dangling", tells: { "files/symlink /srv/ops/dangling": ["type", "target"] } },
  {
    by: "rm /srv/ops/was-full && mkdir -p /srv/ops/was-full/again",
    tells: { "files/symlink /srv/ops/was-full": ["type", "target"] },
  },
  { by: "mkdir -p /srv/ops/old-tree/again", tells: { "files/absent /srv/ops/old-tree": ["type"] } },

  {
    by: "sed -i 's/^UMASK.*/UMASK 000/' /etc/login.defs",
    tells: { "edits/line /etc/login.defs: UMASK\t\t027": ["line"] },
  },
  { by: "sed -i '1i unwanted again' /srv/ops/mixed", tells: { "edits/line /srv/ops/mixed: ^unwanted": ["line"] } },
  { by: "sed -i s/^two/three/ /etc/ops.list", tells: { "edits/block /etc/ops.list: hosts": ["block"] } },
  { by: "rm /etc/ops.ini", tells: { "edits/block /etc/ops.ini: ini": ["block", "mode", "owner", "group"] } },

  { by: "chmod 644 /srv/ops/tls/peer.key", tells: { "certificates/certificate /srv/ops/tls/peer.crt": ["mode"] } },
  {
    by: "rm /srv/ops/tls/client.key",
    tells: {
      "certificates/certificate /srv/ops/tls/client.crt": ["key /srv/ops/tls/client.key", "mode", "owner", "group"],
    },
  },

  { by: "usermod --shell /bin/bash opsuser", tells: { "accounts/user opsuser": ["shell"] } },
  { by: "usermod --lock opsuser", tells: { "accounts/user opsuser": ["password"] } },
  { by: "userdel opsdaemon", tells: { "accounts/user opsdaemon": ["user", "shell"] } },
  {
    by: "groupdel opsfree",
    tells: {
      "accounts/group opsfree": ["group"],
      "accounts/user opsuser": ["groups"],
      "accounts/user admin": ["groups"],
    },
  },

  {
    by: "echo 0 >/proc/sys/net/ipv4/ip_forward",
    tells: { "system/sysctl net.ipv4.ip_forward": ["net.ipv4.ip_forward"] },
  },
  { by: "rm /etc/sysctl.d/60-ts-play-net.ipv4.tcp_rmem.conf", tells: { "system/sysctl net.ipv4.tcp_rmem": whole } },
  { by: "rm /etc/modules-load.d/ts-play-ops_plain.conf", tells: { "system/kernelModule ops_plain": whole } },
  {
    by: "sed -i /api.ops.test/d /etc/hosts",
    tells: {
      "system/hostsEntry 192.0.2.10 api.ops.test": ["content"],
      "system/hostsEntry 2001:db8::10 api.ops.test": ["content"],
    },
  },
  {
    by: "sed -i '1i 192.0.2.1 moved.ops.test' /etc/hosts",
    tells: { "system/hostsEntry 192.0.2.66 moved.ops.test": ["content"] },
  },
  { by: "hostname somebody-else", tells: { "system/hostname ops1.ops.test": ["live name"] } },
  { by: "echo another >/etc/hostname", tells: { "system/hostname ops1.ops.test": ["stored name"] } },

  {
    by: "dpkg --purge --force-hold tree",
    tells: { "services/packages tree jq": ["package tree", "hold of tree"] },
  },
  { by: "apt-mark unhold jq", tells: { "services/packages tree jq": ["hold of jq"] } },
  { by: "apt-mark hold bc", tells: { "services/packages bc": ["hold of bc"] } },
  {
    by: "echo '# more' >>/etc/nginx/sites-enabled/default",
    tells: {
      "services/template /etc/nginx/sites-enabled/default": ["content"],
      "services/service nginx.service": ["refreshed"],
    },
  },
  { by: "systemctl start haproxy", tells: { "services/service haproxy.service": ["active"] } },
  { by: "systemctl unmask systemd-pstore", tells: { "services/service systemd-pstore.service": ["masked"] } },
  { by: "systemctl stop ops-job.timer", tells: { "services/service ops-job.timer": ["active"] } },
  { by: "systemctl disable ops-job.timer", tells: { "services/service ops-job.timer": ["enabled"] } },
  {
    by: "systemctl kill --signal=KILL ops-at@one; while systemctl is-active --quiet ops-at@one; do sleep 0.1; done",
    tells: { "services/service ops-at@one.service": ["active"] },
  },
  {
    by: "sed -i s/A=1/A=2/ /etc/systemd/system/ops-tick.service; systemctl daemon-reload",
    tells: {
      "services/systemdUnit ops-tick.service": ["content"],
      "services/service ops-tick.service": ["refreshed"],
    },
  },
  {
    by: "rm /etc/systemd/system/ops-tick.service.d/limits.conf; systemctl daemon-reload",
    tells: {
      "services/systemdUnit ops-tick.service limits": whole,
      "services/service ops-tick.service": ["refreshed"],
    },
  },

  {
    by: "touch /etc/systemd/system/ops-once.service",
    alone: true,
    tells: { "services/systemdUnit ops-once.service": ["unit file read"] },
  },

  { by: "echo worse >>/srv/ops/tool", tells: { "network/download /srv/ops/tool": ["sha256"] } },
  { by: "chmod 700 /srv/ops/tool", tells: { "network/download /srv/ops/tool": ["mode"] } },
  { by: "rm -r /srv/ops/app", tells: { "network/unpack /srv/ops/app": ["archive"] } },
  {
    // The second is gone since the host was started again.
    by: "rm /srv/ops/late; rm -f /run/ops-late-asked",
    tells: {
      "network/command touch /run/ops-late-asked; systemd-run --quiet --on-active=1 --timer-property...": [
        "[ -e /run/ops-late-asked ] || [ -e /srv/ops/late ]",
      ],
    },
  },

  {
    by: "echo changed >/srv/ops/source",
    tells: {
      "commands/file /srv/ops/source": ["content"],
      "commands/command cp source built": ["reaction"],
      "commands/command tr a-z A-Z <source >>reacted": ["reaction"],
    },
  },
  {
    by: "rm /srv/ops/from-stdin",
    tells: { "commands/command cat >/srv/ops/from-stdin": ["test -s /srv/ops/from-stdin"] },
  },
  {
    by: "rm -r '/srv/ops/odd dir'",
    tells: { "commands/command mkdir -p /srv/ops/'odd dir' && touch /srv/ops/'odd dir'/made": ["odd dir is made"] },
  },
  { by: "chmod 600 /home/admin/note", tells: { "commands/file /home/admin/note": ["mode"] } },
  { by: "rm /srv/opshome/who", tells: { "commands/command id -un >/srv/opshome/who": ["/srv/opshome/who"] } },
  { by: "rm /srv/from-another", onHelper: true, tells: { "commands/file /srv/from-another": whole } },
  { by: "rm /home/admin/who", onHelper: true, tells: { "commands/admin there": ["/home/admin/who"] } },
];

/** What checks must say after all of these damages: tasks with their attributes. */
export function toldBy(some: readonly Damage[]): Readonly<Record<string, readonly string[]>> {
  const all = new Map<string, Set<string>>();
  for (const [task, attributes] of some.flatMap(({ tells }) => Object.entries(tells)))
    all.set(task, new Set([...(all.get(task) ?? []), ...attributes]));
  return Object.fromEntries([...all].map(([task, attributes]) => [task, [...attributes].sort()]));
}

/** The same order for the same seed: Fisher and Yates with mulberry32. */
export function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32;
  };
  const result = [...items];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const other = Math.floor(random() * (i + 1));
    [result[i], result[other]] = [result[other]!, result[i]!];
  }
  return result;
}
