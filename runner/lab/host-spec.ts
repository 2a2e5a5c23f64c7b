import { InputError } from "../errors.ts";
import { checkHostNames } from "./lab-names.ts";

/** What a host runs on: a container of this machine's kernel, or user-mode Linux, a kernel of its own. */
export type Driver = "nspawn" | "uml";

/** A host as it is asked for. */
export interface HostSpec {
  readonly name: string;
  /** "nspawn" by default: boots in 2 s. "uml" is for IPVS, kernel modules, real reboots: about 10 s. */
  readonly driver?: Driver;
  /** Memory of a host with a kernel of its own, in MiB; 384 by default. A container takes what it needs. */
  readonly memoryMb?: number;
}

/** Specs, names of containers, or a number of containers that are called after the lab. */
export type WantedHosts = readonly (string | HostSpec)[] | number;

export type FullSpec = Required<HostSpec>;

const defaultMemoryMb = 384;
const leastMemoryMb = 128;

/** The wanted hosts with everything said, checked. Throws InputError. */
export function hostSpecs(lab: string, hosts: WantedHosts): readonly FullSpec[] {
  const given = typeof hosts === "number" ? hosts : hosts.map(nameOf);
  const names = checkHostNames(lab, given);
  const specs: readonly (string | HostSpec)[] = typeof hosts === "number" ? names : hosts;
  return specs.map(fullSpec);
}

const nameOf = (host: string | HostSpec): string => (typeof host === "string" ? host : host.name);

function fullSpec(host: string | HostSpec): FullSpec {
  const { name, driver = "nspawn", memoryMb = defaultMemoryMb } = typeof host === "string" ? { name: host } : host;
  if (!Number.isInteger(memoryMb) || memoryMb < leastMemoryMb) {
    throw new InputError({
      code: "LAB007",
      message: `${name} cannot boot with ${memoryMb} MiB of memory`,
      fix: `give it a whole number of MiB, ${leastMemoryMb} or more`,
    });
  }
  return { name, driver, memoryMb };
}
