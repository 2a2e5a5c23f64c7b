import { createHash } from "node:crypto";
import { type Lab, resetHost, runOnHost } from "../runner/lab/lab.ts";
import { linesFile, packageNames, root, seededLines, units } from "./workload/spec.ts";

/** Gives fresh hosts on which nothing of the workload is there, but the file that the line edits work on. */
export async function freshHosts(lab: Lab, hosts: readonly string[], needsPython: boolean): Promise<void> {
  await Promise.all(
    hosts.map(async (host) => {
      await resetHost(lab, host);
      await onHost(lab, host, needsPython ? `${seed}\n${installPython}` : seed);
    }),
  );
}

/** Puts Python on hosts for those contestants that need it there. */
export const addPython = async (lab: Lab, hosts: readonly string[]): Promise<void> => {
  await Promise.all(hosts.map((host) => onHost(lab, host, installPython)));
};

const seed = `mkdir -p /etc/bench && printf '%s\\n' ${seededLines.map((line) => `'${line}'`).join(" ")} >${linesFile}`;
const installPython =
  "DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends python3 python3-apt >/dev/null";

/** All that the workload leaves on a host, as text: two contestants that did the same work leave the same. */
export const stateOf = (lab: Lab, host: string): Promise<string> => onHost(lab, host, describe);

/** A short name for a state. */
export const stateHash = (state: string): string => createHash("sha256").update(state).digest("hex").slice(0, 12);

const unitNames = units.map(({ name }) => name).join(" ");
const describe = `cd /; export LC_ALL=C
find .${root} ./etc/bench ./etc/systemd/system/bench-* -printf '%p %y %m %u %g %l\\n' | sort
find .${root} ./etc/bench ./etc/systemd/system/bench-* -type f | sort | xargs sha256sum
getent passwd | grep ^bench | cut -d: -f1,7
getent group | grep ^bench | cut -d: -f1
for user in benchu1 benchu2 benchu3 benchu4 benchu5; do id -gn $user; done
dpkg-query -W -f '\${Package} \${db:Status-Status}\\n' ${packageNames.join(" ")}
systemctl is-active ${unitNames}
systemctl is-enabled ${unitNames}
systemctl show -P NeedDaemonReload ${unitNames}
`;

function onHost(lab: Lab, name: string, command: string): Promise<string> {
  const { address } = lab.hosts.find((host) => host.name === name)!;
  return runOnHost(lab, address, command);
}
