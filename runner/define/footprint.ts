/**
 * What a step can have changed, and what a probe looks at; where the two meet, the engine reads again.
 * `path:` is one file, `tree:` a folder with all below it. `everything` meets all.
 */
export type Footprint =
  | "everything"
  | "packages"
  | "units"
  | "hostname"
  | "network"
  /** What account tools changed: meets whoever reads the account files, but not other accounts. */
  | "accounts"
  /** What questions about accounts rest on: met by whoever writes the account files. */
  | "account-files"
  | `path:/${string}`
  | `tree:/${string}`
  | `unit:${string}`
  | `user:${string}`
  | `group:${string}`
  | `sysctl:${string}`
  | `module:${string}`;

/** passwd(5), group(5), shadow(5), gshadow(5) */
const ACCOUNT_FILES: ReadonlySet<Footprint> = new Set<Footprint>([
  "path:/etc/passwd",
  "path:/etc/group",
  "path:/etc/shadow",
  "path:/etc/gshadow",
]);

/** True when a change of one of `touched` may alter what is seen at one of `looked`. */
export const footprintsMeet = (touched: readonly Footprint[], looked: readonly Footprint[]): boolean =>
  touched.some((a) => looked.some((b) => meet(a, b)));

function meet(a: Footprint, b: Footprint): boolean {
  if (a === b || a === "everything" || b === "everything") return true;
  if (a === "accounts") return ACCOUNT_FILES.has(b);
  if (b === "account-files") return ACCOUNT_FILES.has(a);
  if (a === "units") return b.startsWith("unit:");
  if (b === "units") return a.startsWith("unit:");
  return covers(a, b) || covers(b, a);
}

/** `tree:/etc/a` covers `path:/etc/a/b` and `tree:/etc/a/b`. */
function covers(a: Footprint, b: Footprint): boolean {
  if (!a.startsWith("tree:")) return false;
  const folder = a.slice("tree:".length).replace(/\/$/, "");
  const path = /^(?:path|tree):(.*)$/.exec(b)?.[1];
  return path !== undefined && (path === folder || path.startsWith(`${folder}/`));
}
