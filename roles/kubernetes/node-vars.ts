import { z } from "ts-play";

/** A qualified name of Kubernetes: perhaps a domain and a slash, then up to 63 letters, digits, dashes, dots and underscores. */
const KEY = /^(?:(?=.{1,253}\/)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/;

/** What nodes and kubeadm say of themselves; who changes it takes the cluster apart. */
const RESERVED =
  /^(?:(?:beta\.)?kubernetes\.io\/(?:hostname|os|arch)|node-role\.kubernetes\.io\/(?:control-plane|master)|ts-play\/.*|topology\.kubernetes\.io\/zone)$/;

const key = z
  .string()
  .regex(KEY, "a name such as `gpu` or `example.com/gpu` is needed")
  .refine((name) => !RESERVED.test(name), "the cluster itself keeps it (a zone is given as `zone`)");

/** YAML reads `true` and `1` as something else than text. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const labelValue = text.pipe(
  z.string().regex(VALUE, "up to 63 letters, digits, dashes, dots and underscores are needed"),
);

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

const TAINT = /^([^=:]+)(?:=([^:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/;

/** `gpu=a100:NoSchedule`, as kubectl has it; undefined when it is none. */
export function parseTaint(written: string): Taint | undefined {
  const [, key = "", value = "", effect = ""] = TAINT.exec(written) ?? [];
  return KEY.test(key) && VALUE.test(value) && !key.startsWith("node.kubernetes.io/")
    ? { key, value, effect }
    : undefined;
}

export const writtenTaint = ({ key, value, effect }: Taint): string => `${key}${value && `=${value}`}:${effect}`;

const taints = z
  .array(
    z.string().refine((one) => parseTaint(one) !== undefined, "`key=value:NoSchedule` is needed, or another effect"),
  )
  .refine((all) => new Set(all.map((one) => one.replace(/=[^:]*/, ""))).size === all.length, "a key has an effect once")
  .readonly();

/** What the inventory may say of a node. */
export const nodeVars = {
  zone: z
    .string()
    .regex(VALUE)
    .optional()
    .describe("where the host stands: the node's label, and a check that the loss of a zone is survived"),
  node_labels: z
    .record(key, labelValue)
    .default({})
    .describe("labels of the node; one that is taken out here is taken off the node"),
  node_annotations: z.record(key, text).default({}).describe("its annotations, in the same way"),
  node_taints: taints.default([]).describe("its taints, in the same way: `gpu=a100:NoSchedule`"),
};
