import { Secret, secretLater } from "../define/secret.ts";
import type { Place } from "../errors.ts";
import { isEncrypted } from "../vault/envelope.ts";
import { noKeys, openText, type VaultKeys } from "../vault/keyring.ts";
import type { ProblemList } from "./problem-list.ts";
import type { SourceText } from "./source-text.ts";

interface Sealed {
  readonly text: string;
  readonly place: Place;
  readonly open: (plain: string) => void;
}

/** What is encrypted in the files of an inventory: whole files are opened when they are read, values when all have been read. */
export class Vaulted {
  /** All values that were encrypted, in whichever form. */
  readonly secrets: Secret[] = [];
  readonly #keys: VaultKeys | "leave";
  readonly #sealed: Sealed[] = [];

  /** With "leave" nothing is opened: values stay empty, and encrypted files are left out. */
  constructor(keys: VaultKeys | "leave") {
    this.#keys = keys;
  }

  /**
   * The text of a file, marked as secret when it was encrypted; undefined after a problem (VLT001, VLT002, VLT003).
   * One that is `needed` is no note but a problem when it cannot be opened.
   */
  async open(
    source: SourceText | undefined,
    problems: ProblemList,
    { needed = false } = {},
  ): Promise<SourceText | undefined> {
    if (source === undefined || !isEncrypted(source.text)) return source;
    const place = { file: source.file };
    if (this.#keys === "leave" && !needed)
      return void problems.note({ code: "VLT001", place, message: "this file is encrypted and was not opened" });
    const opened = await openText(source.text, place, this.#keys === "leave" ? noKeys : this.#keys);
    return "problem" in opened
      ? problems.add(opened.problem)
      : { file: source.file, text: opened.text, encrypted: true };
  }

  /** A value of a file that was encrypted as a whole. */
  value(text: string): Secret {
    const hidden = new Secret(text);
    this.secrets.push(hidden);
    return hidden;
  }

  /** An encrypted value inside a file; its text is known after `openAll`. */
  sealed(text: string, place: Place): Secret {
    const [hidden, open] = secretLater();
    this.secrets.push(hidden);
    this.#sealed.push({ text, place, open });
    return hidden;
  }

  /** Opens all values at once: each costs 10,000 rounds of a hash, which threads share. */
  async openAll(problems: ProblemList): Promise<void> {
    const keys = this.#keys;
    if (keys === "leave") return;
    const all = this.#sealed.splice(0);
    const opened = await Promise.all(all.map(({ text, place }) => openText(text, place, keys)));
    for (const [i, result] of opened.entries())
      if ("problem" in result) problems.add(result.problem);
      else all[i]!.open(result.text);
  }
}
