import { allRefs, defineOutput, Group, type Ref } from "ts-play";
import type { Seen } from "./init.ts";
import { nodeState } from "./node-state.ts";

/** What each of the control planes says about itself; looked at once a run, before the first of them is changed. */
export function controlPlaneStates(masters: Group): Ref<Seen> {
  const states = masters.map((host) => {
    const output = defineOutput({ name: "state", probe: nodeState(host.name) });
    return output.fromEach(new Group(host.name, [host]));
  });
  return allRefs(states).map((all) => (all as readonly Seen[]).flat());
}
