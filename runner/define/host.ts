/** A host of the inventory, with the properties that the playbook's contract asked for. */
export type Host<P extends object = object> = { readonly name: string; readonly address: string } & Readonly<P>;

/** Hosts in inventory order. */
export class Group<out H extends Host = Host> {
  readonly name: string;
  readonly hosts: readonly H[];

  constructor(name: string, hosts: readonly H[]) {
    this.name = name;
    this.hosts = hosts;
  }

  /** The first host alone, as a group; empty when this group is. */
  get first(): Group<H> {
    return new Group(`${this.name}[0]`, this.hosts.slice(0, 1));
  }

  /** All but the first host. */
  get rest(): Group<H> {
    return new Group(`${this.name}[1:]`, this.hosts.slice(1));
  }

  get size(): number {
    return this.hosts.length;
  }

  map<T>(transform: (host: H) => T): readonly T[] {
    return this.hosts.map(transform);
  }

  /** The hosts of both, each once. */
  and<O extends Host>(other: Group<O>): Group<H | O> {
    const names = new Set(this.hosts.map(({ name }) => name));
    return new Group<H | O>(`${this.name}:${other.name}`, [
      ...this.hosts,
      ...other.hosts.filter(({ name }) => !names.has(name)),
    ]);
  }
}
