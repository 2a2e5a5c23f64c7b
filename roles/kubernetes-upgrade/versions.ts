/** A version of Kubernetes: `1.34.4`. */
export interface Version {
  readonly minor: number;
  readonly patch: number;
}

/** Of `v1.34.4`, `1.34.4`, or an image with such a tag; undefined for anything else. What stands behind the patch is no part of the order. */
export function parseVersion(text: string): Version | undefined {
  const found = /(?:^|[v:])1\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text);
  return found ? { minor: Number(found[1]), patch: Number(found[2]) } : undefined;
}

/** Negative when the first is older. */
export const compareVersions = (one: Version, other: Version): number =>
  one.minor - other.minor || one.patch - other.patch;

export const writeVersion = ({ minor, patch }: Version): string => `1.${minor}.${patch}`;
