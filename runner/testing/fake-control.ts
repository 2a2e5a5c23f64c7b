import { basename, dirname } from "node:path";
import { contentHash } from "../define/content.ts";
import type { ControlMachine, FileEntry, Incoming } from "../define/control-machine.ts";
import { Secret } from "../define/secret.ts";

/** A control machine in memory: its files, and the secrets that are its variables, secret files and what a person would type. */
export class FakeControl implements ControlMachine {
  readonly files = new Map<string, string>();
  readonly secrets = new Map<string, string>();

  async read(path: string): Promise<string | undefined> {
    return this.files.get(path);
  }

  async readSecret(path: string): Promise<Secret> {
    return this.#secret(path);
  }

  async create(path: string, text: string): Promise<boolean> {
    if (this.files.has(path)) return false;
    this.files.set(path, text);
    return true;
  }

  async list(folder: string): Promise<readonly FileEntry[]> {
    const inside = [...this.files].filter(([path]) => dirname(path) === folder);
    return inside.map(([path, { length }]) => ({ name: basename(path), sizeBytes: length })).sort(byName);
  }

  async hash(path: string): Promise<string | undefined> {
    const text = this.files.get(path);
    return text === undefined ? undefined : contentHash(text);
  }

  async receive(path: string, { chunks }: Incoming): Promise<void> {
    let text = "";
    for await (const chunk of chunks) text += new TextDecoder().decode(chunk);
    this.files.set(path, text);
  }

  async remove(path: string): Promise<void> {
    this.files.delete(path);
  }

  variable(name: string): Secret | undefined {
    return this.secrets.has(name) ? this.#secret(name) : undefined;
  }

  async ask(question: string): Promise<Secret | undefined> {
    return this.secrets.has(question) ? this.#secret(question) : undefined;
  }

  #secret(name: string): Secret {
    const text = this.secrets.get(name);
    if (text === undefined) throw new Error(`nobody told the secret ${name}`);
    return new Secret(text);
  }
}

const byName = (one: FileEntry, other: FileEntry): number => (one.name < other.name ? -1 : 1);
