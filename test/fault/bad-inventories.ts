import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { type BadInput, type BadInputs, fix, goodHosts } from "./bad-input.ts";

const inventory = (text: string, ...says: BadInput["says"]): BadInput => ({ files: { "hosts.yaml": text }, says });

/** What can be wrong with an inventory and its values. */
export const badInventories: BadInputs = {
  "an inventory that is not there": { args: ["shell.ts", "-i", "none.yaml"], says: ["INV001", "none.yaml"] },
  "an inventory without hosts": inventory("# nothing\n", "INV002", "hosts.yaml", fix),
  "tabs for indentation": inventory("all:\n\thosts:\n", "INV003", /hosts\.yaml:2:1/, fix),
  "a key twice": inventory(`${goodHosts()}    one: {}\n`, "INV004", /hosts\.yaml:5/),
  "a group in a circle": inventory(
    "all: { children: { a: { children: { b: { children: { a: } } } } } }\n",
    "INV006",
    "a",
    "b",
  ),
  "a host name for a shell": inventory('all: { hosts: { "$(touch x)": } }\n', "INV007", /hosts\.yaml:1/, fix),
  "an address out of range": inventory("all: { hosts: { one: { ansible_host: 10.0.0.256 } } }\n", "INV008", fix),
  "a port out of range": inventory("all: { hosts: { one: { ansible_port: 65536 } } }\n", "INV009", /65535/),
  "a port that is a word": inventory("all: { hosts: { one: { ansible_port: ssh } } }\n", "INV009"),
  "a user that is an option": inventory("all: { hosts: { one: { ansible_user: -oProxyCommand=x } } }\n", "INV010"),
  "a range backwards": inventory("all: { hosts: { 'web[9:1]': } }\n", "INV011", /hosts\.yaml:1/),
  "a range without end": inventory("all: { hosts: { 'web[1:999999999]': } }\n", "INV011"),
  "one host under two names": inventory(
    `${goodHosts()}${goodHosts().split("\n").at(-2)?.replace("one", "two")}\n`,
    "INV012",
  ),
  "a NUL byte": inventory("all:\n  hosts:\n    one\0: {}\n", "INV016"),
  "bytes that are not UTF-8": {
    files: { "hosts.yaml": Buffer.from("all: { vars: { a: '\xff\xfe' }, hosts: { one: } }\n", "latin1") },
    says: ["INV016"],
  },
  "nesting without end": inventory(`all: ${"[".repeat(20_000)}\n`, "INV017"),
  "aliases of aliases": inventory(
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((n, i) => `${n}: &${n} [${Array(9).fill(`*${"abcdefgh"[i]}`).join()}]\n`).join("")}`,
    /INV0\d\d/,
  ),
  "an encrypted value": inventory("all: { vars: { a: !vault abc }, hosts: { one: } }\n", /INV018|VLT/),
  "a key of the language": inventory("all: { vars: { __proto__: { x: 1 } }, hosts: { one: } }\n", "INV019"),
  "a word that is misspelt": inventory("all: { hots: { one: } }\n", "INV020", "hosts", fix),
  "a number of 20 digits": inventory(goodHosts(" limit_ms: 12345678901234567890 "), "VAR004", fix),
  "a value of another type": inventory(goodHosts(" limit_ms: soon "), /VAR0\d\d/, "limit_ms", /hosts\.yaml:2/),
  "a value that is missing": {
    args: ["one-file.ts", "-i", "hosts.yaml"],
    says: ["VAR005", "path"],
  },
  "a link that leads nowhere for an inventory": {
    prepare: (folder) => symlink("nowhere", join(folder, "link.yaml")).catch(() => undefined),
    args: ["shell.ts", "-i", "link.yaml"],
    says: ["INV001", "link.yaml"],
  },
};
