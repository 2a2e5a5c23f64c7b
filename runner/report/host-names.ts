const MAX_NAMES = 6;

/** `lb1, lb2`, or for many `40 hosts (n1, n2, n3, n4, n5, n6 and 34 more)`. */
export function hostNames(hosts: readonly string[]): string {
  if (hosts.length <= MAX_NAMES) return hosts.join(", ");
  return `${hosts.length} hosts (${hosts.slice(0, MAX_NAMES).join(", ")} and ${hosts.length - MAX_NAMES} more)`;
}
