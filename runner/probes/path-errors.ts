const ABSENT = /: (?:No such file or directory|Not a directory)$/;

/** Lines of standard error that say more than "there is nothing at this path" (messages of strerror(3) in the C locale). */
export const unexpectedErrors = (stderr: string): readonly string[] =>
  stderr.split("\n").filter((line) => line !== "" && !ABSENT.test(line));
