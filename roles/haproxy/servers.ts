import type { Group } from "ts-play";

/** The hosts of a group as servers of a service: `serversOf(groups.masters, 6443)`. */
export const serversOf = (group: Group, port: number) => group.map(({ name, address }) => ({ name, address, port }));
