import { Group, type Host } from "ts-play";

type Balancers = Group<Host<{ priority?: number | undefined }>>;

/** The hosts of a group as members; those without a priority of their own get one by their place in the group. */
export const membersOf = (group: Balancers) =>
  group.hosts.map(({ name, address, priority }, place) => ({ name, address, priority: priority ?? 200 - 5 * place }));

/** For a play with `batch: 1`: the holder comes last, so what needs a restart moves the addresses once. */
export function lowestFirst(group: Balancers): Balancers {
  const priorities = new Map(membersOf(group).map(({ name, priority }) => [name, priority]));
  const rank = ({ name }: Host) => priorities.get(name) ?? 0;
  return new Group(
    group.name,
    group.hosts.toSorted((a, b) => rank(a) - rank(b)),
  );
}
