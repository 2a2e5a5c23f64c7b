import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import type { KeyKind } from "../define/certificate-authority.ts";
import type { ControlMachine } from "../define/control-machine.ts";
import type { Secret } from "../define/secret.ts";
import { InputError } from "../errors.ts";
import { keyKindOf } from "../probes/key-kind.ts";
import type { AuthorityOptions } from "./authority.ts";
import { decryptKey, encryptKey } from "./encrypted-key.ts";
import { passphraseFrom } from "./passphrase.ts";
import { validityFrom } from "./validity.ts";
import type { KeyPair, Signer } from "./x509.ts";

/** The two files of an authority. Neither is ever replaced. */
export class AuthorityFiles {
  readonly #options: AuthorityOptions;
  readonly #here: ControlMachine;
  #opened: Promise<Signer> | undefined;

  constructor(options: AuthorityOptions, here: ControlMachine) {
    this.#options = options;
    this.#here = here;
  }

  /** The authority's certificate; undefined before it has been made. Throws InputError when the file holds none. */
  async certificate(): Promise<string | undefined> {
    const text = await this.#here.read(this.#certificateFile);
    if (text !== undefined) this.#check(text);
    return text;
  }

  /** Opens the authority, or makes it when there is none. */
  open(): Promise<Signer> {
    this.#opened ??= this.#openOrMake().catch((error: unknown) => {
      // What was missing may be there when somebody asks again.
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  get #certificateFile(): string {
    return `${this.#options.folder}/ca.crt`;
  }

  get #keyFile(): string {
    return `${this.#options.folder}/ca.key`;
  }

  async #openOrMake(): Promise<Signer> {
    const certificate = await this.certificate();
    const key = await this.#here.read(this.#keyFile);
    if (certificate !== undefined && key === undefined) throw this.#lost();
    const passphrase = await passphraseFrom(this.#options.passphrase, this.#options.name, this.#here);
    const keyPair = key === undefined ? await this.#makeKey(passphrase) : await this.#readKey(key, passphrase);
    return { keyPair, certificate: await this.#fitting(certificate, keyPair) };
  }

  /** The key is on the disk before anything is signed with it; when another run was quicker, its key counts. */
  async #makeKey(passphrase: Secret): Promise<KeyPair> {
    const { newKeyPair, exportKey } = await import("./x509.ts");
    const made = await newKeyPair(this.#options.key);
    const isOurs = await this.#here.create(this.#keyFile, await encryptKey(await exportKey(made), passphrase), 0o600);
    return isOurs ? made : this.#readKey((await this.#here.read(this.#keyFile)) ?? "", passphrase);
  }

  async #readKey(text: string, passphrase: Secret): Promise<KeyPair> {
    if (!text.includes("ENCRYPTED"))
      throw this.#problem(
        "PKI003",
        this.#keyFile,
        "it is not encrypted",
        `openssl pkcs8 -topk8 -v2 aes-256-cbc -in ${this.#keyFile} -out <new file>, and put that in its place`,
      );
    const key = decryptKey(text, passphrase);
    if (!key)
      throw this.#problem(
        "PKI003",
        this.#keyFile,
        "the passphrase does not open it, or it is damaged",
        "give the passphrase that it was made with",
      );
    const { importKeyPair } = await import("./x509.ts");
    return importKeyPair(this.#kindOf(key), derOf(key, "pkcs8"), derOf(createPublicKey(key), "spki"));
  }

  #kindOf(key: KeyObject): KeyKind {
    const kind = keyKindOf(key);
    if (kind === undefined)
      throw this.#problem("PKI003", this.#keyFile, `a key of this kind cannot sign: ${key.asymmetricKeyType}`);
    return kind;
  }

  /** The certificate that there is, or one that is made now; a run that died in between left the key alone. */
  async #fitting(certificate: string | undefined, keyPair: KeyPair): Promise<string> {
    const text = certificate ?? (await this.#makeCertificate(keyPair));
    const spki = new X509Certificate(text).publicKey.export({ type: "spki", format: "der" });
    const own = Buffer.from(await crypto.subtle.exportKey("spki", keyPair.publicKey));
    if (!own.equals(spki))
      throw this.#problem(
        "PKI004",
        this.#certificateFile,
        "it is the certificate of another key than ca.key",
        "put the two files back that belong together",
      );
    return text;
  }

  async #makeCertificate(keyPair: KeyPair): Promise<string> {
    const { authorityCertificate } = await import("./x509.ts");
    const made = await authorityCertificate(this.#options.name, keyPair, validityFrom(new Date(), this.#options));
    const isOurs = await this.#here.create(this.#certificateFile, made, 0o644);
    return isOurs ? made : ((await this.certificate()) ?? made);
  }

  #check(text: string): void {
    const certificate = parsed(text);
    if (!certificate?.ca)
      throw this.#problem(
        "PKI004",
        this.#certificateFile,
        certificate ? "it is no certificate of an authority" : "it is no certificate",
        "put back the right file, or name another folder",
      );
  }

  #lost(): InputError {
    return this.#problem(
      "PKI003",
      this.#keyFile,
      "the authority's key is missing, but its certificate is there",
      "put the key back; nothing can be issued without it",
    );
  }

  #problem(code: string, file: string, message: string, fix?: string): InputError {
    return new InputError({ code, place: { file }, message, fix });
  }
}

const derOf = (key: KeyObject, type: "pkcs8" | "spki"): Uint8Array =>
  key.export({ type, format: "der" } as { type: "spki"; format: "der" });

function parsed(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}
