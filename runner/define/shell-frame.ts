/** What shell text can stand in, in the words that an error says it with. */
export type FrameKind =
  | "code"
  | "single quotes"
  | "double quotes"
  | "backquotes"
  | "a parameter expansion"
  | "an arithmetic expansion"
  | "a comment"
  | "a here-document";

/** One level of nesting, and how far its text has been read. */
export interface Frame {
  readonly kind: FrameKind;
  /** What has been read of the word at hand; of a here-document, of its line. */
  word: string;
  /** A command may begin here, so reserved words mean something. */
  atCommand: boolean;
  /** How many `case` are open. */
  cases: number;
  /** How many parentheses are open in an arithmetic expansion. */
  parentheses: number;
}

export const frame = (kind: FrameKind): Frame => ({ kind, word: "", atCommand: true, cases: 0, parentheses: 0 });
