import { z } from "zod";
import { isRef, type Ref } from "../define/ref.ts";
import { Secret } from "../define/secret.ts";
import { writtenFile } from "./written-file.ts";

type Rendered = string | Secret | Ref<string> | Ref<Secret>;

/** Keeps a file that is rendered from a template; replaced as a whole, and only when its validator agrees. */
export const template = writtenFile({
  name: "template",
  summary: "A file rendered from a template; replaced as a whole, and only when its validator agrees.",
  example: `template({
  path: "/etc/haproxy/haproxy.cfg",
  content: "global\\n  daemon\\n",
  validate: (file) => sh\`haproxy -c -f \${file}\`,
})`,
  content: z
    .custom<Rendered>(
      (given) => typeof given === "string" || given instanceof Secret || isRef(given),
      "what a template from defineTemplate(...) returns is needed",
    )
    .describe("what a template from `defineTemplate` returns; secret when one of its values is"),
});
