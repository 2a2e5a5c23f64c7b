import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { InputError } from "../errors.ts";
import { execute } from "./execute.ts";

/** Programs that the lab runs on this machine, and the Debian packages that bring them. */
const programs = {
  debootstrap: "debootstrap",
  "systemd-nspawn": "systemd-container",
  ssh: "openssh-client",
  "ssh-keygen": "openssh-client",
  ip: "iproute2",
  nft: "nftables",
  flock: "util-linux",
  unshare: "util-linux",
} as const;

/** The same for hosts with a kernel of their own. */
const kernelPrograms = { "linux.uml": "user-mode-linux", mke2fs: "e2fsprogs", bash: "bash" } as const;

/** Makes this machine able to carry a lab: refuses without root, installs with apt what is missing. Throws InputError. */
export async function prepareMachine(log: (line: string) => void, { kernels = false } = {}): Promise<void> {
  requireRoot();
  const packages = await missingPackages({ ...programs, ...(kernels ? kernelPrograms : {}) });
  if (packages.length === 0) {
    return;
  }
  if (!(await find("apt-get"))) {
    throw new InputError({
      code: "LAB002",
      message: `the lab needs programs that this machine lacks (Debian packages: ${packages.join(" ")})`,
      fix: "install them, or run the lab on Debian, where it does that itself",
    });
  }
  log(`installing ${packages.join(" ")} on this machine`);
  await apt(["update"]);
  await apt(["install", "--yes", "--no-install-recommends", ...packages]);
}

/** Throws InputError unless this process is root on Linux. */
export function requireRoot(): void {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    throw new InputError({
      code: "LAB001",
      message: "the lab boots Linux containers on a network bridge, which only root on Linux can do",
      fix: "run this with sudo on a Linux machine",
    });
  }
}

async function missingPackages(wanted: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const found = await Promise.all(Object.keys(wanted).map(find));
  return [...new Set(Object.values(wanted).filter((_, index) => !found[index]))];
}

/** Root's own directories are searched too: su and cron often leave /usr/sbin out of PATH. */
async function find(program: string): Promise<boolean> {
  const { PATH = "" } = process.env;
  const directories = [...PATH.split(delimiter), "/usr/sbin", "/sbin"];
  const answers = await Promise.allSettled(directories.map((directory) => access(join(directory, program))));
  return answers.some(({ status }) => status === "fulfilled");
}

const apt = (args: readonly string[]): Promise<string> =>
  execute("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=600", ...args], {
    timeoutMs: 900_000,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
