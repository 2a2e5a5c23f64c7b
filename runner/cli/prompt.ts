import { readFile, stat } from "node:fs/promises";
import { InputError } from "../errors.ts";
import type { Reveal } from "../transport/transport.ts";

/** A secret from a file that only its owner can read, or typed at the terminal. Throws InputError when neither is possible. */
export async function askSecret(
  what: string,
  options: { ask: boolean; file: string | undefined; fileFlag: string },
): Promise<Reveal | undefined> {
  if (options.file !== undefined) return fromFile(what, options.file);
  if (!options.ask) return undefined;
  const text = await typed(`${what}: `, options.fileFlag);
  return () => text;
}

/** The passphrase of a private key, typed at the terminal; undefined without one: the key is then not used. */
export const askKeyPassphrase = async (file: string): Promise<string | undefined> =>
  process.stdin.isTTY ? typed(`passphrase of ${file}: `, "ssh-agent") : undefined;

/** A secret that a person types; undefined where there is no terminal. */
export const askHere = async (question: string): Promise<string | undefined> =>
  process.stdin.isTTY ? typed(`${question}: `, "") : undefined;

/** A secret from a file. Throws InputError when it is not there, empty, or others may read it. */
export async function fromFile(what: string, path: string): Promise<Reveal> {
  const mode = await stat(path).then(
    (found) => found.mode & 0o077,
    (cause: NodeJS.ErrnoException) => {
      throw new InputError(
        { code: "CLI008", place: { file: path }, message: `cannot read the file with the ${what}: ${cause.code}` },
        cause,
      );
    },
  );
  if (mode)
    throw new InputError({
      code: "VLT004",
      place: { file: path },
      message: `others may read the ${what}`,
      fix: `chmod 600 ${path}`,
    });
  const text = (await readFile(path, "utf8")).replace(/\r?\n$/, "");
  if (text === "")
    throw new InputError({ code: "VLT005", place: { file: path }, message: `the file with the ${what} is empty` });
  return () => text;
}

async function typed(question: string, fileFlag: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    throw new InputError({
      code: "CLI009",
      message: `"${question.replace(/: $/, "")}" must be typed, but there is no terminal`,
      fix: `give it in a file with mode 0600: ${fileFlag}`,
    });
  }
  // First, so that what is typed at the sight of the question is not shown.
  stdin.setRawMode(true);
  try {
    stderr.write(question);
    return await readHidden(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  }
}

const CTRL_C = "\u0003";
const BACKSPACE = /[\b\x7f]/;

function readHidden(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const onData = (chunk: Buffer) => {
      for (const char of chunk.toString("utf8")) {
        if (char === "\r" || char === "\n") return finish(() => resolve(text));
        if (char === CTRL_C)
          return finish(() => reject(new InputError({ code: "CLI009", message: "nothing was typed" })));
        text = BACKSPACE.test(char) ? text.slice(0, -1) : text + char;
      }
    };
    const finish = (settle: () => void) => {
      stdin.off("data", onData);
      settle();
    };
    stdin.on("data", onData);
    // A question before this one has paused it, and then a listener alone does not wake it: the process would just end.
    stdin.resume();
  });
}
