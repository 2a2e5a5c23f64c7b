import { type Command, sh } from "../define/command.ts";
import type { WantedPackage } from "./wanted-package.ts";

/**
 * Installs packages in one transaction with dnf or yum, without weak dependencies; both wait for the lock by themselves
 * (dnf.conf(5) `exit_on_lock`). `install` never goes back to an older version, so that is asked for by name.
 */
export function dnfInstall(manager: "dnf" | "yum", packages: readonly WantedPackage[]): Command {
  const words = packages.map(({ name, version }) => (version === undefined ? name : `${name}-${version}`));
  const exact = packages.filter(({ version }) => version !== undefined && !version.endsWith("*"));
  return sh`# ${manager} install ${words}
umask 022
${manager} -y -q --setopt=install_weak_deps=False install ${words} || exit
${exact.map(({ name, version }) => `${name}-${version}`).length === 0 ? sh`true` : goBack(manager, exact)}`;
}

/** Removes packages with dnf or yum. */
export const dnfRemove = (manager: "dnf" | "yum", names: readonly string[]): Command =>
  sh`umask 022; ${manager} -y -q remove ${names}`;

const goBack = (manager: string, exact: readonly WantedPackage[]): Command =>
  sh`for p in ${exact.map(({ name, version }) => `${name}-${version}`)}; do
  rpm -q "$p" >/dev/null || ${manager} -y -q downgrade "$p" || exit
done`;
