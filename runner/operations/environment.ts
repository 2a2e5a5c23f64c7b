import { z } from "zod";
import { isRef, type Ref } from "../define/ref.ts";
import { Secret } from "../define/secret.ts";

/** Environment variables of a command; secrets and outputs of other hosts are fine here: they never show in a process list. */
export const environment = z
  .record(z.string(), z.union([z.string(), z.instanceof(Secret), z.custom<Ref<string>>(isRef)]))
  .refine((given) => Object.keys(given).every((name) => /^[A-Za-z_]\w*$/.test(name)), {
    error: "the name of a variable is letters, digits and underscores",
  })
  .default({});
