import { z } from "zod";

/** A path of a host in its one clean form: absolute, no `..`, `.`, `//` or slash at the end, no line break or NUL. */
export const absolutePath = z
  .string({ error: "an absolute clean path is needed, as text" })
  .superRefine((path, context) => {
    const fault = faultOf(path);
    if (fault !== undefined) {
      context.addIssue({
        code: "custom",
        message: `${JSON.stringify(path)} ${fault}; an absolute clean path is needed, such as "/etc/hosts"`,
        params: { code: "PLY010" },
      });
    }
  });

function faultOf(path: string): string | undefined {
  if (path === "") return "is empty";
  if (/[\0\n\r]/.test(path)) return "holds a NUL or a line break";
  if (!path.startsWith("/")) return "is relative";
  const parts = path.slice(1).split("/");
  if (parts.includes("..") || parts.includes(".")) return 'has a part ".." or "."';
  return path !== "/" && parts.includes("") ? "has a slash too many" : undefined;
}
