import type { ControlMachine } from "../define/control-machine.ts";
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
