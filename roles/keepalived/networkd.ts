import { basename } from "node:path/posix";
import { command, defineProbe, directory, file, sh, type Task } from "ts-play";

/**
 * The .network file of each interface that systemd-networkd sets up, by the interface's name (sd-network keeps it in its state
 * files); none where networkd does not run, or leaves the interface alone. Under netplan it is a file that netplan made.
 */
export const networkFiles = defineProbe<void, Readonly<Record<string, string>>>({
  name: "networkFiles",
  summary: "The .network file of each interface that systemd-networkd sets up.",
  command: () => sh`systemctl is-active --quiet systemd-networkd 2>/dev/null || exit 0
for link in /sys/class/net/*; do
  state=/run/systemd/netif/links/$(cat "$link/ifindex" 2>/dev/null)
  [ ! -r "$state" ] || sed -n "s|^NETWORK_FILE=|\${link##*/} |p" "$state"
done`,
  parse: ({ stdout }) =>
    Object.fromEntries(stdout.split("\n").flatMap((line) => (line.includes(" ") ? [line.split(" ", 2)] : []))),
  looksAt: () => [],
  bare: () => ({}),
});

/**
 * networkd takes away what it did not set itself whenever it sets up the interface anew: at its restart (an update brings one), after
 * `networkctl reload` of a changed file, at `netplan apply`. KeepConfiguration= (systemd 243) makes it leave the virtual addresses.
 */
export function keepAddresses(devices: readonly string[], files: Readonly<Record<string, string>>): readonly Task[] {
  const folders = devices.flatMap((device) => {
    const path = files[device];
    return path === undefined ? [] : [`/etc/systemd/network/${basename(path)}.d`];
  });
  const dropIns = [...new Set(folders)].map((folder) =>
    file({
      path: `${folder}/ts-play-keepalived.conf`,
      content:
        "# Kept by ts-play: networkd leaves the addresses of keepalived alone.\n[Network]\nKeepConfiguration=yes\n",
    }),
  );
  if (dropIns.length === 0) return [];
  return [
    ...[...new Set(folders)].map((path) => directory({ path })),
    ...dropIns,
    command({ run: sh`networkctl reload`, onlyWhenTriggered: true }, { onChangeOf: dropIns }),
  ];
}
