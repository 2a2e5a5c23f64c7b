/** Quotes one word for any POSIX sh (also csh and fish, as long as it holds no `'`, `\`, `!` or newline). Throws on NUL, which no argument can hold. */
export const posixQuote = (word: string): string => {
  if (word.includes("\0")) throw new Error("a shell word cannot contain a NUL byte");
  return `'${word.replaceAll("'", "'\\''")}'`;
};
