import { code, type ErrorCodes } from "./code.ts";

/** Playbooks, roles and templates. */
export const playbookCodes: ErrorCodes = {
  PLY001: code(
    "The playbook cannot be read, or exports no playbook.",
    "Give the path of a file with `export default definePlaybook({ ... })`.",
  ),
  PLY002: code("The playbook, or a file that it imports, does not compile.", "Correct the place that is named."),
  PLY004: code(
    "The playbook threw an error, or takes more than 10 s to load.",
    "Correct it; a playbook computes plays and does nothing else.",
  ),
  PLY005: code(
    "Two tasks of a host have the same name within a play.",
    "Give one of them, or one call of the role, a `name`.",
  ),
  PLY006: code(
    "A task reacts to one that does not stand before it.",
    "Return that task from the role as well, before the one that reacts.",
  ),
  PLY010: code(
    "A path is not absolute and clean, or an argument holds a NUL byte.",
    "Write a path that begins with `/`, without `..` and without `/` at its end.",
  ),
  PLY011: code(
    "A value cannot be an argument of a command: a secret, an object, nothing.",
    "Pass secrets by `stdin` or `env`; give text or a number.",
  ),
  PLY012: code(
    "An output is asked of a group that has no hosts.",
    "Put a host into the group, or do not use the output.",
  ),
  PLY013: code(
    "A batch size or a number of allowed failures is neither a number nor a percentage, or is 0.",
    'Write `2` or `"25%"`.',
  ),
  PLY014: code(
    "A command that only looks (a guard, a condition) holds an output of another host.",
    "Use the output in the command that changes something.",
  ),
  PLY015: code(
    "A value in `sh` stands inside quotes, a comment or another place where it would not stay one argument.",
    "Leave the quotes out: each value is quoted already.",
  ),
  PLY016: code(
    "A backslash in `sh` is one that JavaScript takes for itself, so the shell would be given another text.",
    "Write it twice: `\\\\.` for `\\.`.",
  ),
  PLY045: code(
    "A contract asks for a variable under a name that already means something, such as `name` or `port`.",
    "Use another name.",
  ),
  TPL001: code(
    "A template was not given a value that it needs, or one that cannot be printed.",
    "Give it the value, or test for it in the template.",
  ),
  TPL002: code(
    "A template has a mistake in its syntax.",
    "Close each `<%` with a `%>`, and write JavaScript between them.",
  ),
  TPL007: code(
    "A template or local file cannot be read, is no text, or is larger than 5 MB.",
    "Correct the path; use `localFile(...)` for large and binary files.",
  ),
};
