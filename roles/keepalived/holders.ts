/** One host of a group: whether it holds an address; undefined when it could not be asked. */
interface Asked {
  readonly host: { readonly name: string };
  readonly holds: boolean | undefined;
}

/** What speaks against exactly one host of a group holding an address. */
export function holdersObjection(address: string, asked: readonly Asked[]): string | undefined {
  const silent = namesOf(asked.filter(({ holds }) => holds === undefined));
  if (silent.length > 0) return `${silent.join(", ")} could not be asked`;
  const holders = namesOf(asked.filter(({ holds }) => holds));
  if (holders.length === 0) return `nobody holds ${address}`;
  return holders.length > 1 ? `${holders.join(" and ")} hold ${address} at the same time` : undefined;
}

const namesOf = (asked: readonly Asked[]): readonly string[] => asked.map(({ host }) => host.name);
