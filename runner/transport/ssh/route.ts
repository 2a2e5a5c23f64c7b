import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import type { Target } from "../transport.ts";
import type { Endpoint } from "./endpoint.ts";

const userFiles = [join(homedir(), ".ssh", "known_hosts"), join(homedir(), ".ssh", "known_hosts2")];
const systemFiles = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"];

/** The servers on the way to a target, the target last. */
export const createRouter =
  (_sshConfigFile: string | undefined): ((target: Target) => Promise<readonly Endpoint[]>) =>
  async (target) => [
    {
      host: target.name,
      address: target.address,
      port: target.port ?? 22,
      user: target.user ?? userInfo().username,
      password: target.password,
      identityFiles: target.privateKeyFile ? [target.privateKeyFile] : undefined,
      knownHostsFiles: [...(target.knownHostsFile ? [target.knownHostsFile] : userFiles), ...systemFiles],
    },
  ];
