import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { type Command, commandText, script, sh } from "../../runner/define/command.ts";
import { Group } from "../../runner/define/host.ts";
import { defineOutput } from "../../runner/define/output.ts";
import { InputError } from "../../runner/errors.ts";

const nasty = [`it's "$HOME" \`id\` $(id) \\`, "a\nb", "*", "", "-n", "#", "~", "1", "$x", "end"];

/** What a shell makes of a command that prints its arguments, one in each line. */
const printed = (command: Command, shell: readonly string[]): string =>
  execFileSync(shell[0]!, [...shell.slice(1), "-c", commandText(command, () => "")], {
    encoding: "utf8",
    env: { x: "expanded" },
  });

describe("a value that would not stay one argument is refused", () => {
  const v = "a b";
  const cases: Readonly<Record<string, readonly [() => Command, RegExp]>> = {
    "in double quotes": [() => sh`grep "${v}" f`, /double quotes/],
    "in single quotes": [() => sh`grep '${v}' f`, /single quotes/],
    "glued in double quotes": [() => sh`grep "^${v}=" f`, /double quotes/],
    "after a substitution in quotes": [() => sh`echo "$(id -u) ${v}"`, /double quotes/],
    "in quotes in a substitution in quotes": [() => sh`echo "$(echo "${v}")"`, /double quotes/],
    "after an escaped quote in quotes": [() => sh`echo "\\"${v}"`, /double quotes/],
    "in backquotes": [() => sh`echo \`echo ${v}\``, /backquotes/],
    "in quotes in backquotes": [() => sh`echo \`echo "$(echo ${v})"\``, /backquotes/],
    "in arithmetic": [() => sh`echo $((1 + ${v}))`, /arithmetic/],
    "in arithmetic with parentheses": [() => sh`echo $(((1 + 2) * ${v}))`, /arithmetic/],
    "in a parameter expansion": [() => sh`echo \${x:-${v}}`, /parameter/],
    "in a parameter expansion in quotes": [() => sh`echo "\${x:-it's ${v}}"`, /parameter/],
    "in a here-document": [() => sh`cat <<END\n${v}\nEND`, /here-document/],
    "in a quoted here-document": [() => sh`cat <<-'END' | sort\n\t${v}\n\tEND`, /here-document/],
    "in the second of two here-documents": [() => sh`cat <<A; cat <<B\na\nA\n${v}\nB`, /here-document/],
    "in a comment, with a line break": [() => sh`true # ${"a\nb"}\nfalse`, /comment/],
    "in a comment, not known yet": [() => sh`true # ${ref()}\nfalse`, /comment/],
    "after a backslash": [() => sh`echo \\${v}`, /backslash/],
    "after a dollar": [() => sh`echo $${v}`, /`\$`/],
    "after a variable's name": [() => sh`echo $x${v}`, /variable/],
    "before a redirection": [() => sh`echo ${2}>file`, /redirection/],
    "as a list": [() => sh`echo "${["a", "b"]}"`, /double quotes/],
    "as a command": [() => sh`echo "${sh`id`}"`, /double quotes/],
    "after a command that leaves quotes open": [() => sh`${script('echo "')} ${v}`, /double quotes/],
    "in quotes after a case in a substitution": [() => sh`echo "$(case a in a) echo 1;; esac) ${v}"`, /double quotes/],
  };

  test.each(Object.entries(cases))("%s", (_, [make, says]) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(says);
    expect(make).toThrow(/error PLY015: .+ \(after `.*`\)\. Fix: /s);
  });

  test("the place is the author's line, each time", () => {
    const make = () => sh`echo "${"a"}"`;
    for (const _ of [1, 2]) expect(stackOf(make)).toMatch(/^\s+at make .*shell-quoting\.test\.ts/m);
    expect(stackOf(make)).not.toContain("runner/define");
  });
});

describe("a value that stands well reaches the shell as it is", () => {
  const show = script(`printf '<%s>\\n'`);
  const cases: Readonly<Record<string, (v: string) => Command>> = {
    "as a word": (v) => sh`printf '<%s>\n' ${v}`,
    "beside quotes": (v) => sh`printf '<%s>\n' ""${v}''`,
    "after an escaped quote": (v) => sh`: \\"; printf '<%s>\n' ${v}`,
    "after a quote in quotes": (v) => sh`: "it's" 'say "'; printf '<%s>\n' ${v}`,
    "in an assignment": (v) => sh`y=${v}; printf '<%s>\n' "$y"`,
    "in a substitution in quotes": (v) => sh`printf '%s\n' "$(printf '<%s>' ${v})"`,
    "in a subshell": (v) => sh`( printf '<%s>\n' ${v} )`,
    "after arithmetic": (v) => sh`: $((1 + (2 * 3))); printf '<%s>\n' ${v}`,
    "after a parameter expansion": (v) => sh`: "\${x#'}'}" \${x:-"it's"}; printf '<%s>\n' ${v}`,
    "after a plain quote in an expansion": (v) => sh`: "\${x:-it's}"; printf '<%s>\n' ${v}`,
    "after a comment": (v) => sh`# it's a "comment\nprintf '<%s>\n' ${v}`,
    "after a number sign in a word": (v) => sh`: a#'b'; printf '<%s>\n' ${v}`,
    "after a here-document": (v) => sh`cat >/dev/null <<-"E'ND"\n\t"it's\n\tE'ND\nprintf '<%s>\n' ${v}`,
    "as a pattern of a case": (v) => sh`case ${v} in ${v}) printf '<%s>\n' ${v} ;; esac`,
    "after a case in a substitution": (v) => sh`: "$(case a in a) echo ')' ;; (b) ;; esac)"; printf '<%s>\n' ${v}`,
    "after the word case": (v) => sh`: "$(echo case)"; printf '<%s>\n' ${v}`,
    "after a command": (v) => sh`${show} ${v}`,
    "in front of a redirection": (v) => sh`printf '<%s>\n' ${v} >&1`,
  };

  describe.each(["dash", "bash --posix --norc", "busybox sh"])("%s", (shell) => {
    test.each(Object.entries(cases))("%s", (_, make) => {
      for (const value of nasty) expect(printed(make(value), shell.split(" "))).toBe(`<${value}>\n`);
    });
  });

  test("a title in a comment may name it", () => {
    expect(sh`# install ${["a", "b c"]}\ntrue`.toString()).toBe("# install a 'b c'\ntrue");
  });
});

function ref() {
  const output = defineOutput({ name: "token", command: sh`true`, parse: ({ stdout }) => stdout });
  return output.from(new Group("cp", [{ name: "cp1", address: "192.0.2.9" }]));
}

function stackOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).stack ?? "";
  }
  return "";
}

describe("a backslash that JavaScript takes for itself is refused", () => {
  const cases: Readonly<Record<string, readonly [() => Command, string]>> = {
    "and would be gone": [() => sh`grep '\.conf$' f`, "grep '\\."],
    "with the quote that it keeps": [() => sh`echo "say \"hi\""`, 'echo "say \\"'],
    "for a control character": [() => sh`grep '\bword\b' f`, "grep '\\b"],
    "with the whole text around it": [() => sh`printf '\033[31m' ${"x"}`, "printf '\\0"],
    "after a value": [() => sh`printf ${"x"} '\xzz'`, "'\\x"],
  };

  test.each(Object.entries(cases))("%s", (_, [make, near]) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(`error PLY016: the shell would not get the backslash at the end of \`${near}\``);
  });

  test("and others mean to a shell what they mean to JavaScript, or are for JavaScript", () => {
    const command = sh`printf '<%s>\n' "\\"\`echo a\`\${y:+b}$\{y:+c}" '\x41\u0042\u{43}\t' \
      d`;
    expect(printed(command, ["sh"])).toBe('<"a>\n<ABC\t>\n<d>\n');
  });
});
