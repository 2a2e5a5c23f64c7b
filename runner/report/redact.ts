const MASK = "***";
const SHORTEST = 4;
/** A piece of base64 shorter than this says too little to be worth hiding, and hits harmless text. */
const SHORTEST_PIECE = 8;

/** Second net against secrets in output: masks each known secret of 4 characters or more, also in its escaped and encoded forms. */
export class Redactor {
  /** Forms by their first four characters and their length, longest first: text is scanned once, whatever the number of secrets. */
  readonly #forms = new Map<string, Map<number, Set<string>>>();
  readonly #known = new Set<string>();
  #longest = 0;

  constructor(secrets: readonly string[] = []) {
    for (const secret of secrets) this.add(secret);
  }

  add(secret: string): void {
    if (this.#known.has(secret)) return;
    this.#known.add(secret);
    for (const part of [secret, ...linesOf(secret)]) for (const form of formsOf(part)) this.#addForm(form);
  }

  /** Characters of the longest form: of a text that is not at its end yet, so many less one may be part of a secret. */
  get longest(): number {
    return this.#longest;
  }

  redact(text: string): string {
    if (this.#forms.size === 0) return text;
    let result = "";
    let done = 0;
    for (let at = 0; at + SHORTEST <= text.length; at += 1) {
      const form = this.#formAt(text, at);
      if (form === undefined) continue;
      result += text.slice(done, at) + MASK;
      done = at + form.length;
      at = done - 1;
    }
    return result + text.slice(done);
  }

  #formAt(text: string, at: number): string | undefined {
    const lengths = this.#forms.get(text.slice(at, at + SHORTEST));
    if (lengths === undefined) return undefined;
    for (const [length, forms] of lengths) {
      const form = text.slice(at, at + length);
      if (forms.has(form)) return form;
    }
    return undefined;
  }

  #addForm(form: string): void {
    if (form.length < SHORTEST) return;
    this.#longest = Math.max(this.#longest, form.length);
    const start = form.slice(0, SHORTEST);
    const lengths = [...(this.#forms.get(start) ?? [])];
    const same = lengths.find(([length]) => length === form.length)?.[1];
    if (same !== undefined) same.add(form);
    else this.#forms.set(start, new Map([...lengths, [form.length, new Set([form])] as const].sort(longestFirst)));
  }
}

const longestFirst = ([one]: readonly [number, unknown], [other]: readonly [number, unknown]): number => other - one;

/** A key of many lines is printed with a prefix on each line, so each line is a secret too; `-----BEGIN` is not. */
const linesOf = (secret: string): string[] =>
  secret.split(/\r?\n/).filter((line, _, all) => all.length > 1 && line.length >= 8 && !line.startsWith("-----"));

function formsOf(secret: string): string[] {
  if (secret.length < SHORTEST) return [];
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    asciiOnly(json),
    ...base64Forms(Buffer.from(secret)),
    ...hexForms(secret),
    ...urlForms(secret),
    ...shellForms(secret),
  ];
}

/** As `json.dumps` of Python writes it. */
const asciiOnly = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Whole, and as part of something longer (`user:password`), where it can start at any of three places of a group. */
function base64Forms(bytes: Buffer): string[] {
  const pieces = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const tail = (offset + bytes.length) % 3 === 0 ? text.length : text.length - 1;
    return text.slice(offset === 0 ? 0 : offset + 1, tail);
  });
  const whole = bytes.toString("base64");
  const forms = [whole, whole.replace(/=+$/, ""), ...pieces.filter((piece) => piece.length >= SHORTEST_PIECE)];
  return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}

function hexForms(secret: string): string[] {
  const hex = Buffer.from(secret).toString("hex");
  return [hex, hex.toUpperCase()];
}

function urlForms(secret: string): string[] {
  // Through a buffer: encodeURIComponent throws on lone surrogates.
  const usual = encodeURIComponent(Buffer.from(secret).toString());
  const strict = usual.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [usual, strict, strict.replaceAll("%20", "+")];
  return forms.flatMap((form) => [form, form.replace(/%../g, (code) => code.toLowerCase())]);
}

const shellForms = (secret: string): string[] => [
  secret.replaceAll("'", "'\\''"),
  secret.replaceAll("'", `'"'"'`),
  secret.replace(/[\\"$`]/g, "\\$&"),
  secret.replace(/[^\w@%+=:,./\n-]/g, "\\$&"),
  secret.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t"),
];
