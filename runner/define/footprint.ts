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

/** Many footprints, all touched or all looked at; to ask whether one meets them takes no longer the more there are. */
export class Footprints {
  readonly #side: "touched" | "looked";
  readonly #plain = new Set<Footprint>();
  readonly #wide = new Set<Footprint>();

  constructor(side: "touched" | "looked") {
    this.#side = side;
  }

  add(footprints: readonly Footprint[]): void {
    for (const one of footprints) (isWide(one) ? this.#wide : this.#plain).add(one);
  }

  /** True when one of these, from the other side, meets one of the set. */
  meet(others: readonly Footprint[]): boolean {
    return others.some(
      (one) => this.#plain.has(one) || this.#any(this.#wide, one) || (isWide(one) && this.#any(this.#plain, one)),
    );
  }

  #any(among: ReadonlySet<Footprint>, one: Footprint): boolean {
    for (const each of among) if (this.#side === "touched" ? meet(each, one) : meet(one, each)) return true;
    return false;
  }
}

/** Meets more than its equal. */
const isWide = (footprint: Footprint): boolean => footprint.startsWith("tree:") || !footprint.includes(":");

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
