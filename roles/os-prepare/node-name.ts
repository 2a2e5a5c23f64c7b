/** RFC 1123, of which Kubernetes takes 63 letters: a node's name is its label as well. */
const LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const NAME = new RegExp(String.raw`^(?=.{1,63}$)${LABEL}(?:\.${LABEL})*$`);

/** Whether a node of Kubernetes can have a name. */
export const isNodeName = (name: string): boolean => NAME.test(name);
