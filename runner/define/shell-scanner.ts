import { type Frame, type FrameKind, frame } from "./shell-frame.ts";

/** Words after which a command begins (POSIX.1-2017, XCU 2.4). */
const BEFORE_COMMAND = new Set([
  "then",
  "do",
  "else",
  "elif",
  "if",
  "while",
  "until",
  "in",
  "{",
  "!",
  "esac",
  "fi",
  "done",
]);
/** `${x:-word}` between double quotes: there `'` is an ordinary character (XCU 2.6.2). */
const PLAIN_QUOTE = /^(\w+|[@*#?$!-]):?[-=?+]/;

interface Heredoc {
  readonly end: string;
  readonly stripsTabs: boolean;
}

/** Follows shell text from left to right and knows in what it stands: a word, quotes, a comment, a here-document. */
export class ShellScanner {
  readonly #frames: Frame[] = [frame("code")];
  #heredocs: Heredoc[] = [];
  #text = "";
  #at = 0;

  /** What the text that comes next stands in. */
  get inside(): FrameKind {
    return this.#frames.some(({ kind }) => kind === "backquotes") ? "backquotes" : this.#top.kind;
  }

  /** A value that is quoted as a word of its own, or as a part of one. */
  word(): void {
    this.#top.word += "\0";
  }

  text(text: string): void {
    this.#text = text;
    for (this.#at = 0; this.#at < text.length; this.#at++) this.#step(text[this.#at]!);
  }

  get #top(): Frame {
    return this.#frames.at(-1)!;
  }

  #step(c: string) {
    const { kind } = this.#top;
    if (kind === "a here-document") return this.#hereDocument(c);
    if (kind === "a comment" && c === "\n") this.#frames.pop();
    if (kind === "single quotes" && c === "'") return this.#close();
    if (kind === "single quotes" || this.#top.kind === "a comment") return;
    if (c === "\\") return this.#escape();
    if (c === "$") return this.#dollar();
    if (c === "`") return this.#backquote();
    if (kind === "double quotes") return this.#doubleQuotes(c);
    if (kind === "a parameter expansion") return this.#parameter(c);
    return kind === "an arithmetic expansion" ? this.#arithmetic(c) : this.#code(c);
  }

  #escape(): void {
    this.#at++;
    this.#top.word += "\\";
  }

  #dollar(): void {
    this.#top.word += "$";
    if (this.#follows("((")) this.#open("an arithmetic expansion", 2);
    else if (this.#follows("(")) this.#open("code", 1);
    else if (this.#follows("{")) this.#open("a parameter expansion", 1);
  }

  #follows(text: string): boolean {
    return this.#text.startsWith(text, this.#at + 1);
  }

  #open(kind: FrameKind, skipped = 0): void {
    this.#at += skipped;
    this.#frames.push(frame(kind));
  }

  #close(): void {
    if (this.#frames.length > 1) this.#frames.pop();
    this.#top.word += "\0";
  }

  #backquote(): void {
    if (this.#top.kind === "backquotes") this.#close();
    else this.#open("backquotes");
  }

  #doubleQuotes(c: string): void {
    if (c === '"') this.#close();
  }

  #parameter(c: string) {
    const within = this.#frames.at(-2)?.kind === "double quotes";
    if (c === "}") return this.#close();
    if (c === '"') return this.#open("double quotes");
    if (c === "'" && !(within && PLAIN_QUOTE.test(this.#top.word))) return this.#open("single quotes");
    this.#top.word += c;
  }

  #arithmetic(c: string) {
    const top = this.#top;
    if (c === "(") top.parentheses++;
    if (c !== ")") return;
    if (top.parentheses-- > 0) return;
    this.#at++;
    this.#close();
  }

  #code(c: string) {
    const top = this.#top;
    if (c === "'") return this.#open("single quotes");
    if (c === '"') return this.#open("double quotes");
    if (c === "#" && top.word === "") return this.#open("a comment");
    if (/[\s;&|()<>]/.test(c)) return this.#delimiter(c, top);
    top.word += c;
  }

  #delimiter(c: string, top: Frame) {
    this.#endWord(top);
    if (c === "(") return this.#open("code");
    // In `case`, a closing one ends a pattern.
    if (c === ")" && top.cases === 0) return this.#close();
    if (c === "<" && this.#follows("<")) return this.#redirect();
    if (/[\n;&|)]/.test(c)) top.atCommand = true;
    if (c === "\n" && this.#heredocs.length > 0) this.#open("a here-document");
  }

  /** `case` and `esac` count where a command may begin; elsewhere they are ordinary words. */
  #endWord(top: Frame): void {
    const { word, atCommand } = top;
    if (word === "") return;
    top.word = "";
    top.atCommand = BEFORE_COMMAND.has(word) && (atCommand || word === "in");
    if (atCommand && word === "case") top.cases++;
    if (atCommand && word === "esac" && top.cases > 0) top.cases--;
  }

  /** `<<END`, `<<-'END'`; what comes after it on the line is still code. */
  #redirect(): void {
    const match = /^<<(-?)[ \t]*((?:'[^']*'|"[^"]*"|\\.|[^\s;&|()<>])+)/.exec(this.#text.slice(this.#at));
    if (!match) return;
    this.#heredocs.push({
      end: match[2]!.replace(/'([^']*)'|"([^"]*)"|\\(.)/g, "$1$2$3"),
      stripsTabs: match[1] === "-",
    });
    this.#at += match[0].length - 1;
  }

  #hereDocument(c: string): void {
    const top = this.#top;
    if (c !== "\n") {
      top.word += c;
      return;
    }
    const [{ end, stripsTabs }] = this.#heredocs as [Heredoc];
    const line = stripsTabs ? top.word.replace(/^\t+/, "") : top.word;
    top.word = "";
    if (line !== end) return;
    this.#heredocs = this.#heredocs.slice(1);
    if (this.#heredocs.length === 0) this.#frames.pop();
  }
}
